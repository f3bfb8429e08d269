"""One bounded GET for sources on the network. It is not repeated: the last good copy serves until the next load."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import requests

from bridge.connectors.deadline import in_time
from bridge.connectors.registry.sources.base import Fetch, FetchRequest, SecretModel
from bridge.errors import BridgeError

_CHUNK_BYTES = 65_536
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class RegistryUnreachable(BridgeError):
    """An HTTP source gave no usable answer."""

    exit_code = 3


def fetcher(
    secret: Callable[[SecretModel], str],
    *,
    timeout_seconds: float = 30.0,
    largest_bytes: int = 256 * 1024 * 1024,
) -> Fetch:
    """Return a fetch function for `load_registry`; `secret` resolves a reference to the header's value.

    A request may take `timeout_seconds` in all. Redirects are not followed, so that the secret goes nowhere else; a
    secret is not sent unencrypted to another machine. Proxies and netrc of the environment are not used.
    """

    def fetch(request: FetchRequest) -> bytes:
        address = urlsplit(request.url)
        # Nothing packed is asked for and nothing packed is taken: a small answer cannot unfold into a huge one.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if request.secret is not None:
            if address.scheme != "https" and address.hostname not in _LOOPBACK:
                raise RegistryUnreachable("the secret is not sent without encryption", hint="use https in 'url'")
            headers[request.header] = secret(request.secret)
        try:
            work = partial(_get, request.url, headers, timeout_seconds, largest_bytes)
            return in_time(work, timeout_seconds, thread="registry-request")
        except TimeoutError:
            raise RegistryUnreachable(f"the answer took longer than {timeout_seconds:g} seconds") from None

    return fetch


def _get(url: str, headers: dict[str, str], seconds: float, largest: int) -> bytes:
    """Return the body. Whatever goes wrong is told without the request, whose headers hold the secret."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.get(url, headers=headers, timeout=seconds, stream=True, allow_redirects=False) as answer:
                return _body(answer, largest)
        except (requests.RequestException, OSError, ValueError) as error:
            trouble = RegistryUnreachable(f"{urlsplit(url).hostname}: {type(error).__name__}")
    raise trouble


def _body(answer: requests.Response, largest: int) -> bytes:
    if answer.status_code != requests.codes.ok:
        raise RegistryUnreachable(f"status {answer.status_code}")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise RegistryUnreachable("the answer is packed, although nothing packed was asked for")
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK_BYTES):
        content += chunk
        if len(content) > largest:
            raise RegistryUnreachable(f"the answer has more than {largest:,} bytes")
    return bytes(content)
