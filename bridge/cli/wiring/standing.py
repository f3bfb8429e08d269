"""What is wrong with a configuration for as long as nobody mends it: warnings of its files, and sources that do not serve."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bridge.cli.wiring.configuration import Configuration
from bridge.sync.notices import Notice, problem_notice
from bridge.tickets import format_instant

if TYPE_CHECKING:
    from bridge.connectors.registry.load import RegistryLoad
    from bridge.connectors.registry.source_loader import SourceState

_OF_A_SOURCE = frozenset({"incomplete"})
"""Problems of a source as a whole whose rows are used all the same."""

_WITHOUT_SOURCE = "nobody's support is decided by it"
_WITHOUT_LIST = "nobody knows what was kept by it"


def standing_troubles(configuration: Configuration) -> Iterator[Notice]:
    """Yield a notice for each warning of the policy, and for each source and list of the registry that does not serve itself."""
    yield from (problem_notice(one) for one in configuration.warnings)
    if configuration.registry_load is not None:
        yield from _sources(configuration.registry_load)


def _sources(load: "RegistryLoad") -> Iterator[Notice]:
    shrunken = {one.file for one in load.problems if one.code == "registry_shrunken"}
    without = [(one, _WITHOUT_SOURCE) for one in load.sources] + [(one, _WITHOUT_LIST) for one in load.lists]
    for one, then in without:
        if not (one.missing or one.copied):
            continue
        # A file that comes back is noticed by its time; what an address gives is not. One that shrank waits for a person.
        unseen = one.kind == "http" and one.id not in shrunken
        yield Notice(
            key=f"source {one.id}", text=_trouble(one, then), source=one.id, missing=one.missing, unseen=unseen
        )
    for problem in load.problems:
        if problem.code in _OF_A_SOURCE:
            yield problem_notice(problem)


def _trouble(source: "SourceState", then: str) -> str:
    if source.missing:
        return f"the registry's source {source.id} is missing, and {then}: {source.why}"
    as_of = format_instant(source.as_of) if source.as_of is not None else "an unknown day"
    return f"the registry's source {source.id} is served from its last good copy of {as_of}: {source.why}"
