"""One JSON request to a helpdesk, bounded in every direction: time, size, retries, and where the key may go."""

import http.client
import json
import logging
import random
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import tenacity
import urllib3.exceptions
from pydantic import SecretStr
from requests.auth import AuthBase

from bridge.connectors.wire import CuttableAdapter
from bridge.errors import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable

log = logging.getLogger("sla_bridge.http")

_RETRYABLE = frozenset({408, 425, 429})
"""Besides every 5xx."""

_CHUNK_BYTES = 65536
_REFUND = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much.

    `request_seconds` bounds one attempt from the first byte out to the last byte in, `total_seconds` all attempts together,
    waits included. `answer_bytes` counts after decompression, so that a gzip bomb is stopped while it unfolds. `retries` is
    what a whole pass may spend: a helpdesk that fails every second request is not waited for a thousand times.
    """

    connect_seconds: float = 5.0
    request_seconds: float = 60.0
    answer_bytes: int = 64 * 1024 * 1024
    attempts: int = 5
    total_seconds: float = 120.0
    wait_seconds: float = 30.0
    retries: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer: status, headers in lower case, the raw body, and the JSON in it (None when it is no JSON)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: Any


class _Key(AuthBase):
    """Puts the key into a request at the last moment: no variable of a frame that a traceback may show ever holds it."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-API-Key"] = self._key.get_secret_value()
        return request


class Transport:
    """Sends requests to one base address with one key.

    Nothing is followed anywhere else: a redirect is an error, proxies and netrc of the environment are not used, and TLS is
    verified. There is one retry layer, here; every request of the contract is idempotent, writes by their revision.
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        *,
        limits: Limits | None = None,
        ca_file: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._limits = limits or Limits()
        self._ca_file = ca_file
        self._sleep = sleep
        self._monotonic = monotonic
        self._adapter, self._session = self._new_session()
        self._retries_left = float(self._limits.retries)
        self.requests_sent = 0

    @property
    def base_url(self) -> str:
        """The address every route is appended to."""
        return self._base_url

    def request(
        self, method: str, route: str, *, params: Mapping[str, str | int] | None = None, payload: object = None
    ) -> Answer:
        """Return the answer to `METHOD route` once it is complete; 4xx answers are returned, not raised.

        `payload` is sent as JSON; bytes are taken for JSON and sent as they are. Raises HelpdeskUnavailable when every attempt
        met passing trouble (no answer, 429, 5xx, a cut answer), and HelpdeskRefused for a redirect, a failed TLS check or an
        answer beyond the size limit.
        """
        body = payload if payload is None or isinstance(payload, bytes) else encode(payload)
        started = self._monotonic()

        def attempt() -> Answer:
            left = self._limits.total_seconds - (self._monotonic() - started)
            return self._attempt(method, route, params, body, seconds=max(0.01, min(self._limits.request_seconds, left)))

        def exhausted(state: tenacity.RetryCallState) -> bool:
            return (
                state.attempt_number >= self._limits.attempts
                or self._retries_left < 1
                or self._monotonic() - started + state.upcoming_sleep >= self._limits.total_seconds
            )

        def tell(state: tenacity.RetryCallState) -> None:
            self._retries_left -= 1
            error = state.outcome.exception() if state.outcome else None
            extra = {"route": route, "attempt": state.attempt_number, "wait_seconds": round(state.upcoming_sleep, 2)}
            log.info("helpdesk_retry", extra={**extra, "reason": str(error)})

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(HelpdeskUnavailable),
            stop=exhausted,
            wait=self._wait,
            before_sleep=tell,
            sleep=self._sleep,
            reraise=True,
        )
        answer = retrying(attempt)
        self._retries_left = min(float(self._limits.retries), self._retries_left + _REFUND)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _new_session(self) -> tuple[CuttableAdapter, requests.Session]:
        session, adapter = requests.Session(), CuttableAdapter()
        session.trust_env = False
        session.verify = self._ca_file or True
        session.auth = _Key(self._key)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        session.headers.update(
            {
                "Accept": "application/json",
                # Nothing else is unpacked below, whatever further packages are installed.
                "Accept-Encoding": "gzip",
                "Cache-Control": "no-cache",
                "User-Agent": "osticket-sla-bridge",
            }
        )
        return adapter, session

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, HelpdeskUnavailable) else None
        backoff = min(self._limits.wait_seconds, 0.25 * 2**state.attempt_number)
        # Full jitter, so that several bridges do not come back in step; what the server asked for is obeyed, up to the cap.
        chosen = random.uniform(0, backoff)  # noqa: S311 - spreads load, guards nothing
        return chosen if asked is None else min(max(asked, 0.0), self._limits.wait_seconds) + chosen / 10

    def _attempt(
        self, method: str, route: str, params: Mapping[str, str | int] | None, body: bytes | None, *, seconds: float
    ) -> Answer:
        """One request under a total deadline.

        The request runs in a thread of its own because nothing else ends a name look-up that hangs; when its time is over the
        connection is cut, so that the thread ends as well.
        """
        self.requests_sent += 1
        outcome: list[Answer | BaseException] = []
        adapter, session = self._adapter, self._session

        def exchange() -> None:
            try:
                outcome.append(self._exchange(session, method, route, params, body, seconds=seconds))
            except BaseException as error:  # noqa: BLE001 - handed to the waiting thread as it is
                outcome.append(error)

        worker = threading.Thread(target=exchange, name="helpdesk-request", daemon=True)
        worker.start()
        worker.join(seconds)
        if not outcome:
            self._adapter, self._session = self._new_session()
            adapter.cut()
            session.close()
            raise HelpdeskUnavailable(f"{self._base_url}{route} did not finish its answer within {seconds:.3g} s")
        result = outcome[0]
        if isinstance(result, BaseException):
            raise result
        return result

    def _exchange(
        self,
        session: requests.Session,
        method: str,
        route: str,
        params: Mapping[str, str | int] | None,
        body: bytes | None,
        *,
        seconds: float,
    ) -> Answer:
        """Send and read. What goes wrong is raised outside of the handlers: the library's own exceptions carry the request with
        the key in it, and nothing that we raise may lead to them."""
        trouble: HelpdeskError
        try:
            with session.request(
                method,
                f"{self._base_url}{route}",
                params=params,
                data=body,
                headers={} if body is None else {"Content-Type": "application/json"},
                timeout=(min(self._limits.connect_seconds, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._judge(route, response, self._read(response))
        except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as error:
            trouble = HelpdeskRefused(
                f"{self._base_url} could not prove who it is: {self._reason(error)}",
                hint="Check the address and its certificate; a private authority goes into helpdesk.ca_file",
            )
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError) as error:
            trouble = HelpdeskRefused(
                f"{self._base_url} is no usable address: {self._reason(error)}", hint="Check helpdesk.url"
            )
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
            trouble = HelpdeskUnavailable(
                f"{self._base_url} gave no complete answer: {self._reason(error)}",
                hint="Is the web server running, and is helpdesk.url right?",
            )
        except OSError as error:
            # Before anything is sent, requests opens the authority's file and says no more than this.
            trouble = HelpdeskRefused(
                f"the connection to {self._base_url} cannot be prepared: {self._reason(error)}",
                hint="Check that helpdesk.ca_file is a readable PEM file" if self._ca_file else "",
            )
        raise trouble

    def _read(self, response: requests.Response) -> bytes:
        """Return the unpacked body without the key, should a server show us our own request."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in {"identity", "gzip", "x-gzip", ""}:
            raise HelpdeskRefused(
                f"{self._base_url} answered packed as {encoding!r:.40}", hint="Only gzip was asked for; check the web server"
            )
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding else None
        content = bytearray()
        for chunk in response.raw.stream(_CHUNK_BYTES, decode_content=False):
            room = self._limits.answer_bytes - len(content) + 1
            content += chunk if unpacker is None else self._unpacked(unpacker, chunk, room)
            if len(content) > self._limits.answer_bytes:
                raise HelpdeskRefused(
                    f"{self._base_url} answered with more than {self._limits.answer_bytes} bytes",
                    hint="This is no answer of the companion plugin; check helpdesk.url",
                )
        if unpacker is not None and content and not unpacker.eof:
            raise HelpdeskUnavailable(f"{self._base_url} gave no complete answer: its gzip stream is cut")
        secret = self._key.get_secret_value().encode()
        return bytes(content).replace(secret, b"[key]") if secret else bytes(content)

    def _unpacked(self, unpacker: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
        try:
            return unpacker.decompress(chunk, room)
        except zlib.error:
            pass
        raise HelpdeskUnavailable(f"{self._base_url} gave an answer that is no gzip although it says so")

    def _judge(self, route: str, response: requests.Response, content: bytes) -> Answer:
        status = response.status_code
        headers = {name.lower(): self._without_key(value) for name, value in response.headers.items()}
        if 300 <= status < 400:
            raise HelpdeskRefused(
                f"{self._base_url}{route} redirects to {headers.get('location', 'nowhere')!r:.200}",
                hint="The key is never sent on; put the final address into helpdesk.url",
                status=status,
            )
        if status in _RETRYABLE or status >= 500:
            raise HelpdeskUnavailable(
                f"{self._base_url}{route} answered {status}: {first_characters(content)}",
                retry_after=_retry_after(headers),
                status=status,
            )
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        return Answer(status=status, headers=headers, body=content, data=data)

    def _without_key(self, text: str) -> str:
        secret = self._key.get_secret_value()
        return text.replace(secret, "[key]") if secret else text

    def _reason(self, error: BaseException) -> str:
        """Return the innermost cause's own words: requests wraps three layers around `Connection refused`."""
        seen: set[int] = set()
        while (inner := error.__cause__ or error.__context__) is not None and id(inner) not in seen:
            seen.add(id(inner))
            error = inner
        text = self._without_key(f"{type(error).__name__}: {error}")
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)[:300]


def encode(payload: object) -> bytes:
    """Return a value as compact JSON in UTF-8. A lone surrogate becomes `?`: no JSON reader takes it.

    Raises ValueError or TypeError for what is no JSON at all (NaN, foreign objects).
    """
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def first_characters(content: bytes, count: int = 120) -> str:
    """Return the beginning of an unusable answer, escaped so that it cannot forge a log line."""
    return ascii(content[:count].decode("utf-8", "replace"))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, which RFC 9110 allows as seconds or as a date.

    A date is compared with the server's own `Date`, so that a wrong clock on either side does not turn into a wait.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    until, now = _date(value), _date(headers.get("date", ""))
    if until is None:
        return None
    return until - (time.time() if now is None else now)


def _date(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.timestamp() if moment.tzinfo else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
