"""One HTTP request and its answer: where the key may go, how much is read, and what a failure is called."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from pydantic import SecretStr
from requests.auth import AuthBase

from bridge.connectors.helpdesks.answer import Answer, Broken, TooMuch, decode, first_characters, retry_after, unpacked
from bridge.connectors.helpdesks.cuttable import CuttableAdapter
from bridge.connectors.network_words import causes, handshake_trouble, identity_trouble, unknown_name
from bridge.errors import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable

_RETRYABLE = frozenset({408, 425, 429})
"""Besides every 5xx."""

_NOT_WHO_IT_SAYS = (requests.exceptions.SSLError, urllib3.exceptions.SSLError)
_NO_ADDRESS = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError)
_NO_COMPLETE_ANSWER = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    ConnectionError,
    TimeoutError,
)
_CHUNK_BYTES = 65536
_FATAL = re.compile(rb"\b(?:fatal|parse) error\b|allowed memory size of \d+ bytes", re.IGNORECASE)
_FATAL_WITHIN = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked: the route behind the base address, its parameters, and a JSON body."""

    method: str
    route: str
    params: Mapping[str, str | int] | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where requests go and what proves who asks: `key_header` is the header that carries the key, `{}` where it stands."""

    base_url: str
    key: SecretStr
    key_header: str = "X-API-Key: {}"
    ca_file: str | None = None


class _Key(AuthBase):
    """Puts the key into a request at the last moment: no variable of a frame that a traceback shows ever holds it."""

    def __init__(self, target: Endpoint) -> None:
        self._target = target

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        name, _, form = self._target.key_header.partition(": ")
        request.headers[name] = form.format(self._target.key.get_secret_value())
        return request


class HttpClient:
    """Connections to one target, which can be cut.

    Nothing is followed anywhere else: a redirect is an error, proxies and netrc of the environment are not used, and
    TLS is verified.
    """

    def __init__(self, target: Endpoint, *, connect_seconds: float, answer_bytes: int) -> None:
        self._target = target
        self._connect_seconds = connect_seconds
        self._answer_bytes = answer_bytes
        self._adapter = CuttableAdapter()
        self.session = session = requests.Session()
        session.trust_env = False
        session.verify = target.ca_file or True
        session.auth = _Key(target)
        session.mount("https://", self._adapter)
        session.mount("http://", self._adapter)
        session.headers.update(
            {
                "Accept": "application/json",
                # Nothing else is unpacked below, whatever further packages are installed.
                "Accept-Encoding": "gzip",
                "Cache-Control": "no-cache",
                "User-Agent": "osticket-sla-bridge",
            }
        )

    def send(self, request: Request, *, seconds: float) -> Answer:
        """Return the complete answer; `seconds` bound each wait for the network, not all of them together.

        Raises HelpdeskUnavailable for passing trouble (no complete answer, 429, 5xx), and HelpdeskRefused for a
        redirect, a failed TLS check, an unusable address or an answer beyond the size limit.
        """
        trouble: HelpdeskError
        try:
            with self.session.request(
                request.method,
                f"{self._target.base_url}{request.route}",
                params=request.params,
                data=request.body,
                headers={} if request.body is None else {"Content-Type": "application/json"},
                timeout=(min(self._connect_seconds, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._judge(request.route, response, self._read(response))
        except (*_NO_ADDRESS, *_NO_COMPLETE_ANSWER, OSError) as error:
            trouble = self._trouble(error)
        # Raised outside of the handler: the library's own exceptions carry the request with the key in it, and nothing
        # that is raised here may lead to them.
        raise trouble

    def cut(self) -> None:
        """Hang up, also in the middle of a read by another thread, and close."""
        self._adapter.cut()
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.session.close()

    def _trouble(self, error: Exception) -> HelpdeskError:
        base_url = self._target.base_url
        reason = identity_trouble(error) or handshake_trouble(error) or self._reason(error)
        if unknown_name(error):
            return HelpdeskUnavailable(
                f"{base_url} gave no answer: its name is not known to this host's DNS",
                hint=f"Check the name in helpdesk.url, and this host's DNS: getent hosts {urlsplit(base_url).hostname}",
            )
        if isinstance(error, _NOT_WHO_IT_SAYS):
            return HelpdeskRefused(
                f"{base_url} could not prove who it is: {reason}",
                hint="Check the address and its certificate; a private authority goes into helpdesk.ca_file",
            )
        if isinstance(error, _NO_ADDRESS):
            return HelpdeskRefused(f"{base_url} is no usable address: {reason}", hint="Check helpdesk.url")
        if isinstance(error, _NO_COMPLETE_ANSWER):
            return HelpdeskUnavailable(
                f"{base_url} gave no complete answer: {reason}",
                hint="Is the web server running, and is helpdesk.url right?",
            )
        # Before anything is sent, requests opens the authority's file and says no more than this.
        return HelpdeskRefused(
            f"the connection to {base_url} cannot be prepared: {reason}",
            hint="Check that helpdesk.ca_file is a readable PEM file" if self._target.ca_file else "",
        )

    def _read(self, response: requests.Response) -> bytes:
        """Return the unpacked body without the key, should a server show us our own request.

        Raised outside of the handlers here as well: the unpacking frames hold the body as it came.
        """
        trouble: HelpdeskError
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        chunks = response.raw.stream(_CHUNK_BYTES, decode_content=False)
        try:
            return self._without_key(unpacked(chunks, encoding, most=self._answer_bytes))
        except TooMuch as error:
            trouble = HelpdeskRefused(
                f"{self._target.base_url} answered with {error}",
                hint="This is no answer of the helpdesk's interface; check helpdesk.url",
            )
        except Broken as error:
            trouble = HelpdeskUnavailable(f"{self._target.base_url} gave no complete answer: {error}")
        raise trouble

    def _judge(self, route: str, response: requests.Response, content: bytes) -> Answer:
        status, base_url = response.status_code, self._target.base_url
        headers = {name.lower(): self._shown(value) for name, value in response.headers.items()}
        if 300 <= status < 400:
            raise HelpdeskRefused(
                f"{base_url}{route} redirects to {headers.get('location', 'nowhere')!r:.200}",
                hint="The key is never sent on; put the final address into helpdesk.url",
                status=status,
            )
        if status in _RETRYABLE or status >= 500:
            raise HelpdeskUnavailable(
                f"{base_url}{route} answered {status}: {first_characters(content)}",
                retry_after=retry_after(headers),
                status=status,
            )
        try:
            data = decode(content)
        except (ValueError, RecursionError):
            data = None
            if _FATAL.search(content[:_FATAL_WITHIN]):
                # osTicket without its database, and PHP without memory, say so under the status of a good answer.
                raise HelpdeskUnavailable(
                    f"{base_url}{route} answered {status} with an error page: {first_characters(content)}",
                    retry_after=retry_after(headers),
                    status=500,
                ) from None
        return Answer(status=status, headers=headers, body=content, data=data)

    def _without_key(self, content: bytes) -> bytes:
        secret = self._target.key.get_secret_value().encode()
        return content.replace(secret, b"[key]") if secret else content

    def _shown(self, text: str) -> str:
        return self._without_key(text.encode("utf-8", "backslashreplace")).decode("utf-8", "replace")

    def _reason(self, error: BaseException) -> str:
        """Return the innermost cause's own words: requests wraps three layers around `Connection refused`."""
        *_, error = causes(error)
        text = self._shown(f"{type(error).__name__}: {error}")
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)[:300]
