"""The library's two questions: what does a configuration folder say, and what follows from it for a ticket?"""

from datetime import datetime
from pathlib import Path

from bridge.customers import NO_REGISTRY, RegistryAnswer
from bridge.decisions import Decision
from bridge.errors import CalendarError
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Catalogue
from bridge.policies.decide import decide as decide_at
from bridge.policies.language.compile import compile_policy
from bridge.settings.load import read_folder
from bridge.tickets import Ticket


def load_policy(folder: str | Path) -> Policy:
    """Return the policy in a configuration folder. Raises ConfigurationInvalid with every problem of every file."""
    return compile_policy(read_folder(Path(folder))).policy


def decide(
    ticket: Ticket,
    policy: Policy,
    *,
    now: datetime,
    registry: RegistryAnswer = NO_REGISTRY,
    catalogue: Catalogue = EMPTY_CATALOGUE,
    receipts: bool = False,
) -> Decision:
    """Return the decision on a ticket at an aware `now`, else raise CalendarError; with `receipts`, clocks carry ledgers."""
    if now.tzinfo is None:
        raise CalendarError("`now` has no zone", hint="Pass an aware datetime, such as datetime.now(UTC)")
    return decide_at(
        ticket, policy, now=int(now.timestamp() // 1), registry=registry, catalogue=catalogue, receipts=receipts
    )
