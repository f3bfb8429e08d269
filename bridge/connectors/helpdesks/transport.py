"""Requests to a helpdesk, bounded in every direction: time, size, and how often one is repeated."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import tenacity
from pydantic import SecretStr

from bridge.connectors import stopping
from bridge.connectors.deadline import in_time
from bridge.connectors.helpdesks.answer import Answer, encode
from bridge.connectors.helpdesks.client import Endpoint, HttpClient, Request
from bridge.errors import HelpdeskUnavailable

log = logging.getLogger("sla_bridge.http")

_COST_OF_A_RETRY = 10
"""Paid for by as many good answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
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


class Transport:
    """Sends requests to one base address with one key.

    There is one retry layer, here: whoever sends through it sends requests that are idempotent, writes by their revision.
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        *,
        key_header: str = "X-API-Key: {}",
        limits: HttpLimits | None = None,
        ca_file: str | None = None,
        sleep: Callable[[float], None] = stopping.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._target = Endpoint(base_url=base_url.rstrip("/"), key=key, key_header=key_header, ca_file=ca_file)
        self._limits = limits or HttpLimits()
        self._sleep = sleep
        self._monotonic = monotonic
        self._client = self._new_client()
        self._credit = self._limits.retries * _COST_OF_A_RETRY
        self.requests_sent = 0

    @property
    def base_url(self) -> str:
        """The address every route is appended to."""
        return self._target.base_url

    def request(
        self,
        method: str,
        route: str,
        *,
        params: Mapping[str, str | int] | None = None,
        payload: object = None,
        attempts: int | None = None,
    ) -> Answer:
        """Return the answer to `METHOD route` once it is complete; 4xx answers are returned, not raised.

        `payload` is sent as JSON; bytes are taken for JSON and sent as they are. `attempts` takes the place of the limits'
        own. Raises Interrupted before an attempt that somebody asked not to begin, HelpdeskUnavailable when every
        attempt met passing trouble (no answer, 429, 5xx, a cut answer), and HelpdeskRefused for a redirect, a failed
        TLS check or an answer beyond the size limit.
        """
        body = payload if payload is None or isinstance(payload, bytes) else encode(payload)
        request = Request(method=method, route=route, params=params, body=body)
        limits, started = self._limits, self._monotonic()

        def attempt() -> Answer:
            left = limits.total_seconds - (self._monotonic() - started)
            return self._attempt(request, seconds=max(0.01, min(limits.request_seconds, left)))

        def exhausted(state: tenacity.RetryCallState) -> bool:
            return (
                state.attempt_number >= (attempts or limits.attempts)
                or self._credit < _COST_OF_A_RETRY
                or self._monotonic() - started + state.upcoming_sleep >= limits.total_seconds
            )

        def pay(state: tenacity.RetryCallState) -> None:
            self._credit -= _COST_OF_A_RETRY
            error = state.outcome.exception() if state.outcome else None
            extra = {"route": route, "attempt": state.attempt_number, "wait_seconds": round(state.upcoming_sleep, 2)}
            log.info("helpdesk_retry", extra={**extra, "reason": str(error)})

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(HelpdeskUnavailable),
            stop=exhausted,
            wait=self._wait,
            before_sleep=pay,
            sleep=self._sleep,
            reraise=True,
        )
        answer = retrying(attempt)
        self._credit = min(limits.retries * _COST_OF_A_RETRY, self._credit + 1)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _new_client(self) -> HttpClient:
        limits = self._limits
        return HttpClient(self._target, connect_seconds=limits.connect_seconds, answer_bytes=limits.answer_bytes)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, HelpdeskUnavailable) else None
        backoff = min(self._limits.wait_seconds, 0.25 * 2**state.attempt_number)
        # Full jitter, so that several bridges do not come back in step; what the server asked for is obeyed, up to the
        # cap.
        chosen = random.uniform(0, backoff)  # noqa: S311 - spreads load, guards nothing
        return chosen if asked is None else min(max(asked, 0.0), self._limits.wait_seconds) + chosen / 10

    def _attempt(self, request: Request, *, seconds: float) -> Answer:
        """One request under a total deadline; when that is over the connection is cut, so that its thread ends as well."""
        stopping.check()
        self.requests_sent += 1
        client = self._client
        try:
            with stopping.abandonable(client.cut):
                return in_time(lambda: client.send(request, seconds=seconds), seconds, thread="helpdesk-request")
        except TimeoutError:
            self._client = self._new_client()
            client.cut()
        raise HelpdeskUnavailable(f"{self.base_url}{request.route} did not finish its answer within {seconds:.3g} s")
