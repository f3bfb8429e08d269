#!/bin/sh
# Makes the certificates that begin with issued-, and the authority that issued them. They hold for a hundred years, so this
# is needed only for another kind of them; the authorities' keys are thrown away.
set -e
out=$(cd "$(dirname "$0")" && pwd)
cd "$(mktemp -d)"
key="ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

authority() { # file, name
    openssl req -x509 -newkey $key -keyout "$1.key" -out "$1.crt" -days 36500 -subj "/CN=$2" \
        -addext keyUsage=critical,keyCertSign,cRLSign
    mkdir "$1" && : > "$1/index"
    cat > "$1.conf" <<END
[ca]
default_ca = it
[it]
database = $1/index
new_certs_dir = $1
certificate = $1.crt
private_key = $1.key
rand_serial = yes
default_md = sha256
unique_subject = no
copy_extensions = copy
policy = any
[any]
commonName = supplied
END
}

issue() { # file, authority, names, from, until
    openssl req -newkey $key -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" -addext "subjectAltName=$3" \
        -addext basicConstraints=CA:FALSE -addext extendedKeyUsage=serverAuth
    openssl ca -batch -notext -config "$2.conf" -in "$1.csr" -out "$1.crt" -startdate "$4" -enddate "$5"
    cat "$1.crt" "$1.key" > "$out/$1.pem"
}

authority authority "Authority of the tests"
authority stranger "Another authority"
issue issued-loopback authority IP:127.0.0.1 20260101000000Z 21260101000000Z
issue issued-expired authority IP:127.0.0.1 20190101000000Z 20200101000000Z
issue issued-early authority IP:127.0.0.1 21250101000000Z 21260101000000Z
issue issued-elsewhere authority DNS:elsewhere.example 20260101000000Z 21260101000000Z
issue issued-by-a-stranger stranger IP:127.0.0.1 20260101000000Z 21260101000000Z
cp authority.crt "$out/authority.pem"
