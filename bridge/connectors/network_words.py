"""What went wrong on the network, in words for the person who can mend it."""

import socket
import ssl
from collections.abc import Iterator

_CERTIFICATE = {
    9: "its certificate is not valid yet (is this host's clock right?)",
    10: "its certificate has expired",
    18: "self-signed certificate",
    19: "a self-signed certificate stands above its own",
    20: "its certificate is from an authority that this host does not know",
    21: "its certificate is from an authority that this host does not know",
    23: "its certificate has been revoked",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""OpenSSL's numbers of what can be wrong with a certificate (X509_V_ERR_…)."""

_HANDSHAKE = {
    "WRONG_VERSION_NUMBER": "it does not speak TLS there (is it http:// and not https://, or another port?)",
    "HTTP_REQUEST": "it does not speak TLS there (is it http:// and not https://, or another port?)",
    "RECORD_LAYER_FAILURE": "it does not speak TLS there (is it http:// and not https://, or another port?)",
    "UNEXPECTED_EOF_WHILE_READING": "it hung up before TLS was agreed on",
    "UNSUPPORTED_PROTOCOL": "it speaks only versions of TLS that are too old",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks no version of TLS that this host does",
    "DH_KEY_TOO_SMALL": "its keys are too short",
    "EE_KEY_TOO_SMALL": "its keys are too short",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "it shares no cipher with this host, or wants a certificate of ours",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it wants a certificate of ours",
}
"""OpenSSL's names for what can go wrong before certificates are looked at."""


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what lies below it: libraries wrap three layers around `Connection refused`."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def identity_trouble(error: BaseException) -> str:
    """Return why a server could not prove who it is; empty for other trouble."""
    for one in causes(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            return _CERTIFICATE.get(one.verify_code, one.verify_message or "its certificate does not fit")
    return ""


def handshake_trouble(error: BaseException) -> str:
    """Return what kept both sides from agreeing on TLS before a certificate was looked at; empty for what has no words."""
    names = (one.reason for one in causes(error) if isinstance(one, ssl.SSLError) and one.reason)
    return next((_HANDSHAKE[one] for one in names if one in _HANDSHAKE), "")


def unknown_name(error: BaseException) -> bool:
    """Return whether the server's name could not be turned into an address."""
    return any(isinstance(one, socket.gaierror) for one in causes(error))


def in_words(error: BaseException) -> str:
    """Return what keeps a connection from working in plain words; empty where there are none for it.

    Nothing of the request is in them, which may hold a secret.
    """
    for one in causes(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            return f"could not prove who it is: {identity_trouble(one)}"
        if isinstance(one, ssl.SSLError) and one.reason:
            return _HANDSHAKE.get(one.reason, f"TLS failed: {one.reason.replace('_', ' ').lower()}")
        for kind, words in _CONNECTION:
            if isinstance(one, kind):
                return words
    return ""


_CONNECTION: tuple[tuple[type[BaseException], str], ...] = (
    (ConnectionRefusedError, "nothing listens there: the connection was refused"),
    (socket.gaierror, "its name is not known to this host's DNS"),
    (ConnectionResetError, "the connection was cut off"),
    (BrokenPipeError, "the connection was cut off"),
    (TimeoutError, "no answer in time"),
)
