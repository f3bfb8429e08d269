"""Short titles of levels that save no room, or that people could not tell apart."""

from collections.abc import Iterator, Sequence

from bridge.errors import Problem, Severity
from bridge.files.positions import Path
from bridge.policies.language.draft import Draft

_LANGUAGES = ("ru", "en")


def doubtful_short_titles(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Yield a warning for each short title that is no shorter than the title, or that another level bears as well."""
    for draft in drafts:
        borne: dict[tuple[str, str], str] = {}
        for id_, level in draft.model.levels.items():
            if level.title is None or level.title.short is None:
                continue
            path: Path = ("levels", id_, "title", "short")
            whole = {language: level.title.text(language) for language in _LANGUAGES}
            short = {language: level.title.short.text(language) for language in _LANGUAGES}
            longer = [one for one in _LANGUAGES if len(short[one]) >= len(whole[one])]
            if longer:
                message = f"the short title {short[longer[0]]!r} of the level {id_!r} is no shorter than its title"
                yield _warning(draft, "long_short_title", message, path, "shorten it, or leave it out")
            twins = [borne.setdefault((one, short[one]), id_) for one in _LANGUAGES]
            if twin := next((one for one in twins if one != id_), None):
                message = f"the levels {twin!r} and {id_!r} have the same short title"
                yield _warning(draft, "same_short_title", message, path, "nobody could tell them apart in a queue")


def _warning(draft: Draft, code: str, message: str, path: Path, hint: str) -> Problem:
    place = draft.document.narrow(path)
    return draft.document.problem(code, message, path=place, hint=hint, severity=Severity.WARNING, key=True)
