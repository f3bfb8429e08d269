"""One JSON request to a helpdesk, bounded in every direction: time, size, retries, and where the key may go."""

import http.client
import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests
import tenacity
import urllib3.exceptions
from pydantic import SecretStr
from requests.auth import AuthBase

from bridge.connectors.helpdesks.answer import Answer, Broken, TooMuch, encode, first_characters, retry_after, unpacked
from bridge.connectors.helpdesks.cuttable import CuttableAdapter
from bridge.errors import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable

__all__ = ["Answer", "Limits", "Transport", "encode", "first_characters"]

log = logging.getLogger("sla_bridge.http")

_RETRYABLE = frozenset({408, 425, 429})
"""Besides every 5xx."""

_NO_COMPLETE_ANSWER = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    ConnectionError,
    TimeoutError,
)
_CHUNK_BYTES = 65536
_COST_OF_A_RETRY = 10
"""Paid for by as many good answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much.

    `request_seconds` bounds one attempt from the first byte out to the last byte in, `total_seconds` all attempts
    together, waits included. `answer_bytes` counts after decompression, so that a gzip bomb is stopped while it
    unfolds. `retries` is what a whole pass may spend: a helpdesk that fails every second request is not waited for a
    thousand times.
    """

    connect_seconds: float = 5.0
    request_seconds: float = 60.0
    answer_bytes: int = 64 * 1024 * 1024
    attempts: int = 5
    total_seconds: float = 120.0
    wait_seconds: float = 30.0
    retries: int = 20


class _Key(AuthBase):
    """Puts the key into a request at the last moment: no variable of a frame that a traceback shows ever holds it."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-API-Key"] = self._key.get_secret_value()
        return request


class Transport:
    """Sends requests to one base address with one key.

    Nothing is followed anywhere else: a redirect is an error, proxies and netrc of the environment are not used, and
    TLS is verified. There is one retry layer, here; every request of the contract is idempotent, writes by their
    revision.
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
        self._credit = self._limits.retries * _COST_OF_A_RETRY
        self.requests_sent = 0

    @property
    def base_url(self) -> str:
        """The address every route is appended to."""
        return self._base_url

    def request(
        self, method: str, route: str, *, params: Mapping[str, str | int] | None = None, payload: object = None
    ) -> Answer:
        """Return the answer to `METHOD route` once it is complete; 4xx answers are returned, not raised.

        `payload` is sent as JSON; bytes are taken for JSON and sent as they are. Raises HelpdeskUnavailable when every
        attempt met passing trouble (no answer, 429, 5xx, a cut answer), and HelpdeskRefused for a redirect, a failed
        TLS check or an answer beyond the size limit.
        """
        body = payload if payload is None or isinstance(payload, bytes) else encode(payload)
        started = self._monotonic()

        def attempt() -> Answer:
            left = self._limits.total_seconds - (self._monotonic() - started)
            return self._attempt(
                method, route, params, body, seconds=max(0.01, min(self._limits.request_seconds, left))
            )

        def exhausted(state: tenacity.RetryCallState) -> bool:
            return (
                state.attempt_number >= self._limits.attempts
                or self._credit < _COST_OF_A_RETRY
                or self._monotonic() - started + state.upcoming_sleep >= self._limits.total_seconds
            )

        def tell(state: tenacity.RetryCallState) -> None:
            self._credit -= _COST_OF_A_RETRY
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
        self._credit = min(self._limits.retries * _COST_OF_A_RETRY, self._credit + 1)
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
        # Full jitter, so that several bridges do not come back in step; what the server asked for is obeyed, up to the
        # cap.
        chosen = random.uniform(0, backoff)  # noqa: S311 - spreads load, guards nothing
        return chosen if asked is None else min(max(asked, 0.0), self._limits.wait_seconds) + chosen / 10

    def _attempt(
        self, method: str, route: str, params: Mapping[str, str | int] | None, body: bytes | None, *, seconds: float
    ) -> Answer:
        """One request under a total deadline.

        The request runs in a thread of its own because nothing else ends a name look-up that hangs; when its time is
        over the connection is cut, so that the thread ends as well.
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
        """Send and read.

        What goes wrong is raised outside of the handlers: the library's own exceptions carry the request with the key
        in it, and nothing that we raise may lead to them.
        """
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
        except _NO_COMPLETE_ANSWER as error:
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
        """Return the unpacked body without the key, should a server show us our own request.

        Raised outside of the handlers here as well: the unpacking frames hold the body as it came.
        """
        trouble: HelpdeskError
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        chunks = response.raw.stream(_CHUNK_BYTES, decode_content=False)
        try:
            return self._without_key(unpacked(chunks, encoding, most=self._limits.answer_bytes))
        except TooMuch as error:
            trouble = HelpdeskRefused(
                f"{self._base_url} answered with {error}",
                hint="This is no answer of the companion plugin; check helpdesk.url",
            )
        except Broken as error:
            trouble = HelpdeskUnavailable(f"{self._base_url} gave no complete answer: {error}")
        raise trouble

    def _judge(self, route: str, response: requests.Response, content: bytes) -> Answer:
        status = response.status_code
        headers = {name.lower(): self._shown(value) for name, value in response.headers.items()}
        if 300 <= status < 400:
            raise HelpdeskRefused(
                f"{self._base_url}{route} redirects to {headers.get('location', 'nowhere')!r:.200}",
                hint="The key is never sent on; put the final address into helpdesk.url",
                status=status,
            )
        if status in _RETRYABLE or status >= 500:
            raise HelpdeskUnavailable(
                f"{self._base_url}{route} answered {status}: {first_characters(content)}",
                retry_after=retry_after(headers),
                status=status,
            )
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        return Answer(status=status, headers=headers, body=content, data=data)

    def _without_key(self, content: bytes) -> bytes:
        secret = self._key.get_secret_value().encode()
        return content.replace(secret, b"[key]") if secret else content

    def _shown(self, text: str) -> str:
        return self._without_key(text.encode("utf-8", "backslashreplace")).decode("utf-8", "replace")

    def _reason(self, error: BaseException) -> str:
        """Return the innermost cause's own words: requests wraps three layers around `Connection refused`."""
        seen: set[int] = set()
        while (inner := error.__cause__ or error.__context__) is not None and id(inner) not in seen:
            seen.add(id(inner))
            error = inner
        text = self._shown(f"{type(error).__name__}: {error}")
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)[:300]
