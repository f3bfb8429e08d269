"""The companion plugin's address inside osTicket, and what each of its answers must carry."""

from collections.abc import Mapping
from typing import Any

from bridge.connectors.helpdesks.answer import Answer, first_characters
from bridge.connectors.helpdesks.plugin_answers import CONTRACT, SAME_VERSION
from bridge.connectors.helpdesks.transport import Transport
from bridge.errors import BridgeError, CursorGone, HelpdeskRefused, HelpdeskUnavailable, LeaseRefused
from bridge.tickets import Instant, parse_instant

ROUTES = ("/api/sla-bridge/v1", "/api/http.php/sla-bridge/v1")
"""With URL rewriting, and without it."""

_POLICY_OLDER = "policy_older"
_LEASE_CODES = frozenset({"lease_held", "lease_lost", _POLICY_OLDER})

STALE_SECONDS = 60
"""An answer that much older than one before it was kept by something in between: no two web servers of one helpdesk are so far
apart."""

_CONTRACT_HEADER = "x-sla-bridge-contract"


class PluginApi:
    """Asks the companion plugin, on the base path that worked last or else on the other one.

    `route` is that base path, None before the first answer; `server_time` the helpdesk's clock in its latest answer, None
    where it said nothing usable.
    """

    def __init__(self, transport: Transport, *, route: str | None) -> None:
        self.transport = transport
        self.route: str | None = route if route in ROUTES else None
        self.server_time: Instant | None = None
        self._newest: Instant | None = None
        self._instance: str | None = None

    def get(
        self, route: str, params: Mapping[str, str | int] | None = None, *, attempts: int | None = None
    ) -> dict[str, Any]:
        """Return the JSON object that answers GET, asked for at most `attempts` times where that is given. Raises
        HelpdeskError for every other answer."""
        return self.expect(self.call("GET", route, params=params, attempts=attempts), route)

    def post(self, route: str, payload: object, *, attempts: int | None = None) -> dict[str, Any]:
        """Return the JSON object that answers POST, asked for as `get` is. Raises HelpdeskError for every other answer."""
        return self.expect(self.call("POST", route, payload=payload, attempts=attempts), route)

    def call(
        self,
        method: str,
        route: str,
        *,
        params: Mapping[str, str | int] | None = None,
        payload: object = None,
        attempts: int | None = None,
    ) -> Answer:
        """Return the companion plugin's answer, good or bad. Raises HelpdeskRefused where no plugin answers."""
        troubles = []
        for base in sorted(ROUTES, key=lambda one: one != self.route):
            try:
                answer = self.transport.request(method, base + route, params=params, payload=payload, attempts=attempts)
            except HelpdeskRefused as refusal:
                if not refusal.status:
                    raise
                # A redirect: without rewriting, some web servers send every unknown path to their start page.
                troubles.append(refusal)
                continue
            if _CONTRACT_HEADER in answer.headers:
                self.route = base
                self._meet(answer)
                return answer
            troubles.append(
                HelpdeskRefused(
                    f"{self.transport.base_url} answers {answer.status} without the companion plugin: "
                    f"{first_characters(answer.body)}",
                    hint="Install the plugin (sla-bridge plugin install), enable an instance of it, check helpdesk.url",
                    status=answer.status,
                )
            )
        raise troubles[-1]

    def expect(self, answer: Answer, route: str) -> dict[str, Any]:
        """Return the JSON object of a good answer, or raise what the bad one means."""
        contract = answer.headers.get(_CONTRACT_HEADER)
        if contract != str(CONTRACT):
            raise HelpdeskRefused(
                f"{self.transport.base_url}{route} answered {answer.status} outside of contract {CONTRACT}"
                f" ({'contract ' + contract if contract else 'no contract'}): {first_characters(answer.body)}",
                hint=SAME_VERSION,
                status=answer.status,
            )
        if answer.status != 200:
            raise _refusal(answer, route)
        if not isinstance(answer.data, dict):
            # A cut answer under a 200: the page is thrown away whole and the cursor stays where it was.
            raise HelpdeskUnavailable(
                f"{route} answered with unreadable JSON: {first_characters(answer.body)}",
                hint="Look for what stands before osTicket and answers in its place, such as a proxy with a log-in",
            )
        return answer.data

    def _meet(self, answer: Answer) -> None:
        """Note the time, and that it is still the same helpdesk that answers, now and not out of a cache.

        An old page of the feed would do no harm, for its cursor is as old; an old ticket would, once its change was read.
        """
        instance = answer.headers.get("x-sla-bridge-instance")
        if instance is not None and self._instance is not None and instance != self._instance:
            raise HelpdeskRefused(
                f"{self.transport.base_url} turned into another helpdesk: {instance}, before {self._instance}",
                hint="Is a load balancer or a move in progress?",
            )
        self._instance = instance or self._instance
        try:
            self.server_time = parse_instant(answer.headers.get("x-sla-bridge-server-time"))
        except ValueError:
            self.server_time = None
            return
        if self._newest is not None and self.server_time < self._newest - STALE_SECONDS:
            age = self._newest - self.server_time
            self.server_time = self._newest
            raise HelpdeskUnavailable(
                f"{self.transport.base_url} gave an answer that is {age} s older than one before it",
                hint="See that nothing in between caches answers, and that the clocks of all web servers of the helpdesk agree",
            )
        self._newest = self.server_time if self._newest is None else max(self._newest, self.server_time)


def _refusal(answer: Answer, route: str) -> BridgeError:
    """Return what a bad answer means, in the plugin's own words where it has some."""
    error = answer.data.get("error") if isinstance(answer.data, dict) else None
    error = error if isinstance(error, dict) else {}
    message = f"{route} was refused ({answer.status}): {error.get('message') or first_characters(answer.body)}"
    if answer.status == 410:
        return CursorGone(message, hint="A full scan replaces it")
    hint, code = str(error.get("hint") or ""), str(error.get("code") or "")
    if code in _LEASE_CODES:
        return LeaseRefused(message, hint=hint or "The next run catches up", policy_older=code == _POLICY_OLDER)
    return HelpdeskRefused(message, hint=hint, status=answer.status, code=code)
