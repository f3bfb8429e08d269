"""How a kind of helpdesk is spoken of where somebody has to mend something there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWords:
    """Sentences for people, beside the class of a kind.

    `grant` says how its key comes to a `{scope}`, `widen` how a key comes to see every department, `update` what brings a feature
    that a helpdesk of the kind lacks. `whole` says what is there when setup has nothing left to do, `mend` what to do about
    steps of setup that are conflicts.
    """

    grant: str = "Give the key the scope {scope}"
    widen: str = "If all tickets are meant, let the key see every department"
    update: str = "Ask for it where this kind of helpdesk comes from; the rest works without"
    whole: str = "all fields are there"
    mend: str = "The steps marked `conflict` say what stands in the way"


ANY_KIND = KindWords()
"""What fits every kind."""
