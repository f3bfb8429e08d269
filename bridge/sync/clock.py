"""Which time a pass goes by: the helpdesk's, unless it cannot be."""

from bridge.errors import GuardRefused, StateUnusable
from bridge.sync.notices import Notice
from bridge.sync.watch import CLOCK
from bridge.tickets import Instant

SKEW_SECONDS = 300
"""Two clocks further apart than this are told; a helpdesk's that went back further ends the pass."""

LEAP_SECONDS = 48 * 3600
"""No pass takes so long, and no two hosts that are looked after are so far apart, whatever zones their clocks are set to."""


def pass_time(
    server_time: Instant, *, last: Instant, host: float, allow_leap: bool
) -> tuple[Instant, tuple[Notice, ...]]:
    """Return the pass's instant, which is never before that of the `last` pass, and what is odd about the clocks; `host` is this
    host's.

    Raises StateUnusable where the helpdesk's went back, GuardRefused where it went far ahead of both.
    """
    skew = host - server_time
    text = f"this host's clock is {skew:+.0f} s off the helpdesk's; the helpdesk's is used"
    odd = Notice(key=CLOCK, text=text, gist="ahead" if skew > 0 else "behind")
    if server_time < last - SKEW_SECONDS:
        raise StateUnusable(
            f"the helpdesk's clock went back by {last - server_time} s since the last pass",
            hint="Set the clock of the helpdesk's host, and see that nothing in between caches answers; if the old"
            " time was the wrong one, run `sla-bridge state reset`",
        )
    leap, apart = server_time - last, abs(skew)
    if min(leap, apart) > LEAP_SECONDS and not allow_leap:
        raise GuardRefused(
            f"the helpdesk's clock went ahead by {leap} s since the last pass, and is {apart:.0f} s off this host's",
            hint="Set the clock that is wrong; if the helpdesk's is right, run `sla-bridge sync --allow-clock-leap`",
        )
    return max(server_time, last), (odd,) if abs(skew) > SKEW_SECONDS else ()
