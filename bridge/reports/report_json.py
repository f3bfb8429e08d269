"""The report as JSON: the figures of the contract with the rows of all dimensions, and what comes next."""

from collections.abc import Sequence
from typing import Any

from bridge.policies.figures.figures_json import figures_json
from bridge.policies.figures.model import Dimension, Figures
from bridge.policies.obligations.obligations_json import obligations_json
from bridge.policies.obligations.overview import Obligations
from bridge.reports.coming import Coming
from bridge.tickets import format_instant


def report_json(
    figures: Figures, coming: Sequence[Coming], obligations: Obligations | None, *, skipped: int
) -> dict[str, Any]:
    """Return the report as JSON; no list in it is cut. `obligations` are null where the agreement declares none; `skipped` is how
    many tickets could not be read."""
    told = figures_json(figures, tickets=None)
    del told["rows"], told["more"]
    by = {one.value: figures_json(figures, by=one, tickets=0)["rows"] for one in Dimension}
    return {
        **told,
        "by": by,
        "coming": [_coming(one) for one in coming],
        "obligations": None if obligations is None else obligations_json(obligations),
        "skipped": skipped,
    }


def _coming(one: Coming) -> dict[str, Any]:
    return {
        "ticket": one.ticket,
        "number": one.number,
        "level": one.level,
        "customer": one.customer,
        "customer_name": one.customer_name,
        "department": one.department.named(),
        "agent": None if one.agent is None else one.agent.named(),
        "metric": one.metric,
        "state": one.state,
        "due_at": format_instant(one.due_at),
    }
