"""The reference page of the kinds of helpdesks: what each can do, from the records beside their classes."""

from collections.abc import Iterator

from bridge.connectors.helpdesks import KINDS, helpdesk_class
from bridge.policies.telling.abilities import ABILITIES, FEATURE_ABILITIES, has
from bridge.protocols.reading import FEATURES
from docs.reference_pages import GENERATED

_HEAD = f"""\
# Kinds of helpdesks

{GENERATED}

`helpdesk.kind` in bridge.yaml says which kind it is. What a kind cannot do stands in a record beside its class; `sla-bridge
doctor` and `sla-bridge explain --full` say the same in words, and nothing else in the bridge tells the kinds apart.
"""


def helpdesks_page() -> str:
    """Return the page: a table of abilities by kind, what each gives and what its lack means, and the optional features."""
    return "\n".join([_HEAD, *_table(), "", *_meanings(), *_features()])


def _table() -> Iterator[str]:
    yield f"| | {' | '.join(f'`{kind}`' for kind in KINDS)} |"
    yield f"| --- |{' --- |' * len(KINDS)}"
    for name, ability in ABILITIES.items():
        cells = ("yes" if has(helpdesk_class(kind).capabilities, name) else "no" for kind in KINDS)
        yield f"| {ability.title.text('en')} | {' | '.join(cells)} |"
    for name in FEATURES:
        cells = ("yes" if name in helpdesk_class(kind).capabilities.features else "no" for kind in KINDS)
        yield f"| feature `{name}` | {' | '.join(cells)} |"


def _meanings() -> Iterator[str]:
    yield "## What that means\n\n| | yes | no |\n| --- | --- | --- |"
    for ability in (*ABILITIES.values(), *FEATURE_ABILITIES.values()):
        yield f"| {ability.title.text('en')} | {ability.present} | {ability.absent.text('en')} |"


def _features() -> Iterator[str]:
    yield "\n## Features\n\nA kind that may offer a feature has helpdesks without it, such as those with an older plugin.\n"
    yield "| without | |\n| --- | --- |"
    for name, loss in FEATURES.items():
        yield f"| `{name}` | {loss} |"
    yield ""
