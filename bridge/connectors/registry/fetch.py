"""One bounded GET for sources on the network. It is not repeated: the last good copy serves until the next load."""

import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.utils import parse_header_links

from bridge.connectors.deadline import in_time
from bridge.connectors.network_words import identity_trouble, in_words
from bridge.connectors.registry.sources.base import Fetch, Fetched, FetchRequest
from bridge.errors import BridgeError
from bridge.files.secret_reference import SecretReference

_CHUNK_BYTES = 65_536
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_REFUSED = {
    401: "the secret is missing or wrong",
    403: "the secret does not allow this",
    404: "there is nothing at this address",
    407: "the proxy wants a password, which is not supported",
    429: "it is asked too often",
}
"""What a refusal means in plain words."""


class RegistryUnreachable(BridgeError):
    """An HTTP source gave no usable answer."""

    exit_code = 3


def fetcher(
    secret: Callable[[SecretReference], str],
    *,
    timeout_seconds: float = 30.0,
    largest_bytes: int = 256 * 1024 * 1024,
) -> Fetch:
    """Return a fetch function for `load_registry`; `secret` resolves a reference to the header's value.

    A request may take `timeout_seconds` in all. Redirects are not followed, so that the secret goes nowhere else; a secret
    is not sent unencrypted to another machine. Proxies, authorities and netrc of the environment are not used: what a source
    needs of them stands in its description.
    """

    def fetch(request: FetchRequest) -> Fetched:
        address = urlsplit(request.url)
        # Nothing packed is asked for and nothing packed is taken: a small answer cannot unfold into a huge one.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if request.secret is not None:
            # A proxy reads what is not encrypted, also on its way to this host itself.
            stays_here = address.hostname in _LOOPBACK and request.proxy is None
            if address.scheme != "https" and not stays_here:
                raise RegistryUnreachable("the secret is not sent without encryption", hint="use https in 'url'")
            headers[request.header] = secret(request.secret)
        if request.ca_file is not None:
            _refuse_no_authority(request.ca_file)
        try:
            work = partial(_get, request, headers, timeout_seconds, largest_bytes)
            return in_time(work, timeout_seconds, thread="registry-request")
        except TimeoutError:
            raise RegistryUnreachable(f"the answer took longer than {timeout_seconds:g} seconds") from None

    return fetch


def _refuse_no_authority(path: Path) -> None:
    """Raise RegistryUnreachable for a file that holds no authority's certificate; later nobody says which file it was."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        trouble = f"{path.name} holds no certificate in PEM form"
    except OSError as error:
        trouble = f"{path.name} cannot be read: {error.strerror}"
    else:
        return
    raise RegistryUnreachable(
        trouble, hint="'ca_file' is the authority's certificate, relative to registry.yaml's folder"
    )


def _get(request: FetchRequest, headers: dict[str, str], seconds: float, largest: int) -> Fetched:
    """Return the answer. Whatever goes wrong is told without the request, whose headers hold the secret."""
    proxies = {"http": request.proxy, "https": request.proxy} if request.proxy else {}
    with requests.Session() as session:
        session.trust_env = False
        session.verify = True if request.ca_file is None else str(request.ca_file)
        try:
            with session.get(
                request.url,
                headers=headers,
                timeout=seconds,
                stream=True,
                allow_redirects=False,
                proxies=proxies,
            ) as answer:
                return Fetched(_body(answer, largest), _next_page(answer))
        except (requests.RequestException, OSError, ValueError) as error:
            trouble = _trouble(request, error)
    raise trouble


def _trouble(request: FetchRequest, error: Exception) -> RegistryUnreachable:
    host = urlsplit(request.url).hostname
    if isinstance(error, requests.exceptions.ProxyError):
        return RegistryUnreachable(f"the proxy {request.proxy} gives no connection: {in_words(error) or 'it refused'}")
    if identity_trouble(error):
        hint = "check the address; the certificate of a private authority goes into 'ca_file'"
        return RegistryUnreachable(f"{host} {in_words(error)}", hint=hint)
    return RegistryUnreachable(f"{host}: {in_words(error) or type(error).__name__}")


def _body(answer: requests.Response, largest: int) -> bytes:
    if answer.is_redirect:
        # Where it leads may bear a key in its query, as the address itself may.
        target = answer.headers.get("Location", "").partition("?")[0][:200]
        hint = "put the final address into 'url': the secret is not sent on"
        raise RegistryUnreachable(f"status {answer.status_code}: it redirects to {target!a}", hint=hint)
    if answer.status_code != requests.codes.ok:
        words = _REFUSED.get(answer.status_code)
        raise RegistryUnreachable(f"status {answer.status_code}" + (f": {words}" if words else ""))
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise RegistryUnreachable("the answer is packed, although nothing packed was asked for")
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK_BYTES):
        content += chunk
        if len(content) > largest:
            raise RegistryUnreachable(f"the answer has more than {largest:,} bytes")
    return bytes(content)


def _next_page(answer: requests.Response) -> str:
    """Return the address that the header `Link` names as the next page's (RFC 8288)."""
    for link in parse_header_links(answer.headers.get("Link", "")):
        relation = next((value for name, value in link.items() if name.casefold() == "rel"), "")
        if "next" in relation.casefold().split():
            return str(link["url"])
    return ""
