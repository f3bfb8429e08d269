"""BeDesk's API: its address, its lists page by page, and what its refusals mean."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from typing import Any

from bridge.connectors.helpdesks.answer import Answer, first_characters, held_to_a_shape
from bridge.connectors.helpdesks.transport import Transport
from bridge.errors import HelpdeskRefused, HelpdeskUnavailable
from bridge.tickets import Instant

BASE = "/api/v1"
DESCRIPTION = "/swagger.yaml"
ROWS = 100
"""So many rows of a list are asked for at once; the site may give fewer."""

PAGES_AT_MOST = 5_000
"""A list that has more pages than this does not end."""

_HINTS = {
    401: "The token is wrong or was withdrawn, or the role of its user lacks the permission api.access: grant it in BeDesk",
    403: "Give the role of the token's user the permission that this needs, in BeDesk's settings",
    404: "Is helpdesk.url the address of a BeDesk 3.x? Earlier versions have no API with tokens",
}
_TOO_OFTEN = 429


class BedeskApi:
    """Asks BeDesk with a token. `server_time` is the site's clock by the header Date of its latest answer, None before."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.server_time: Instant | None = None

    def get(self, route: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        """Return the JSON object that answers GET. Raises HelpdeskError for every other answer."""
        return self._expect(self._call("GET", route, params=params), route)

    def find(self, route: str) -> dict[str, Any] | None:
        """Return the JSON object that answers GET, None where there is nothing at the route (any more)."""
        answer = self._call("GET", route)
        return None if answer.status == 404 else self._expect(answer, route)

    def send(self, method: str, route: str, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """Send JSON that may be sent twice; return what answers it, None where there is nothing at the route (any more)."""
        answer = self._call(method, route, payload=payload)
        return None if answer.status == 404 else self._expect(answer, route)

    def description(self) -> bytes | None:
        """Return the site's own description of its API; None where it shows none."""
        answer = self._exchange("GET", DESCRIPTION)
        return answer.body if answer.status == 200 else None

    def rows(self, route: str, params: Mapping[str, str | int] | None = None) -> Iterator[list[Any]]:
        """Yield the pages of a list, each a list of rows."""
        page, asked = 1, {"perPage": ROWS, **(params or {})}
        while page <= PAGES_AT_MOST:
            with held_to_the_api(route):
                found = _page_of(self.get(route, {**asked, "page": page}))
                rows, following = list(found["data"]), found.get("next_page")
            yield rows
            if following is None or not rows:
                return
            if following != page + 1:
                raise outside(route, ValueError(f"`next_page` went from {page} to {following!r}"))
            page = following
        raise outside(route, ValueError(f"the list has more than {PAGES_AT_MOST} pages"))

    def cursored(self, route: str, *, most: int) -> list[Any]:
        """Return the rows of a list that is walked by cursors. Raises HelpdeskRefused where there are more than `most`."""
        found: list[Any] = []
        params: dict[str, str | int] = {}
        while True:
            with held_to_the_api(route):
                page = _page_of(self.get(route, params))
                found += page["data"]
                following = page.get("next_cursor")
            if following is None:
                return found
            if len(found) > most or str(following) == params.get("cursor"):
                raise outside(route, ValueError(f"more than {most} rows, or a cursor that does not go on"))
            params["cursor"] = str(following)

    def _call(
        self, method: str, route: str, *, params: Mapping[str, str | int] | None = None, payload: object = None
    ) -> Answer:
        return self._exchange(method, BASE + route, params=params, payload=payload)

    def _exchange(
        self, method: str, path: str, *, params: Mapping[str, str | int] | None = None, payload: object = None
    ) -> Answer:
        try:
            answer = self.transport.request(method, path, params=params, payload=payload)
        except HelpdeskUnavailable as error:
            if error.status != _TOO_OFTEN:
                raise
            hint = "BeDesk limits how often it is asked: let passes be further apart, or raise the limit for the token's user"
            raise HelpdeskUnavailable(error.message, hint=hint, status=error.status) from None
        self.server_time = _stamp(answer) or self.server_time
        return answer

    def _expect(self, answer: Answer, route: str) -> dict[str, Any]:
        if answer.status not in (200, 201):
            raise HelpdeskRefused(
                f"{route} was refused ({answer.status}): {_words(answer)}",
                hint=_HINTS.get(answer.status, ""),
                status=answer.status,
            )
        if not isinstance(answer.data, dict):
            raise HelpdeskRefused(
                f"{route} answered with no JSON object: {first_characters(answer.body)}",
                hint="Is helpdesk.url the address of a BeDesk 3.x, and does nothing stand before it that asks for a log-in?",
                status=answer.status,
            )
        return answer.data


def _page_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the page in an answer: a list may stand by itself or under `pagination`."""
    wrapped = answer.get("pagination")
    return wrapped if isinstance(wrapped, dict) else answer


def _stamp(answer: Answer) -> Instant | None:
    try:
        moment = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    return int(moment.timestamp()) if moment.tzinfo else None


def _words(answer: Answer) -> str:
    """Return a refusal's own words: its message, and of 422 which members are at fault."""
    data = answer.data if isinstance(answer.data, dict) else {}
    errors = data.get("errors")
    faults = [f"{name}: {_first(one)}" for name, one in errors.items()] if isinstance(errors, dict) else []
    told = "; ".join([str(data.get("message") or ""), *faults[:5]]).strip("; ")
    return ascii(told)[1:-1][:300] if told else first_characters(answer.body)


def _first(said: object) -> str:
    return str(said[0]) if isinstance(said, list) and said else str(said)


def outside(route: str, error: Exception) -> HelpdeskRefused:
    """Return what is said of an answer of another shape than the documented one."""
    return HelpdeskRefused(
        f"{route} answered otherwise than BeDesk's description says: {type(error).__name__} {error}",
        hint="sla-bridge doctor compares the site's description with what the bridge uses",
    )


def held_to_the_api(route: str) -> AbstractContextManager[None]:
    """Turn what reading JSON of another shape raises into a refusal."""
    return held_to_a_shape(outside, route)
