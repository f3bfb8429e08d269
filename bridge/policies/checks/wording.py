"""How a check's answer becomes a sentence: one wording per reason code, in Russian and English.

Each group of checks keeps its wordings beside its code; `bridge.policies.checks.WORDINGS` joins them all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bridge.files.types import Title


@dataclass(frozen=True, slots=True)
class Wording:
    """What one reason says.

    `message` is for whoever reads the ticket; `remedy` is one sentence for the customer, absent where nothing needs
    mending. Both may name values of the finding in braces.
    """

    message: Title
    remedy: Title | None = None


_NAME = re.compile(r"\{([a-z_]+)\}")


def wording(*, ru: str, en: str, mend_ru: str = "", mend_en: str = "") -> Wording:
    """Return a wording from its sentences."""
    return Wording(Title(ru=ru, en=en), Title(ru=mend_ru, en=mend_en) if mend_ru else None)


def written(value: object, language: str) -> str:
    """Return a value as people write it in `language`: dates as 20.11.2026 or 2026-11-20, lists with commas."""
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y") if language == "ru" else value.isoformat()
    if isinstance(value, Title):
        return value.text(language)
    if isinstance(value, tuple):
        return ", ".join(written(item, language) for item in value)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if language == "ru" else f"{value:g}"
    return str(value)


def fill(template: Title, values: Mapping[str, object], language: str) -> str:
    """Return the template in `language` with the finding's values written in.

    Only whole names in braces are replaced, and a customer's own braces inside a value stay as they are.
    """
    text = template.text(language)
    if "{" not in text:
        return text
    return _NAME.sub(lambda found: written(values.get(found[1], found[0]), language), text)


def aged(message: str, as_of: int | None, language: str) -> str:
    """Return the message marked with the age of a registry that does not answer now (EL-11)."""
    if as_of is None:
        mark = "по последним известным данным реестра" if language == "ru" else "by the last known registry data"
        return f"{message} ({mark})"
    day = written(datetime.fromtimestamp(as_of, UTC).date(), language)
    mark = f"по данным реестра от {day}" if language == "ru" else f"by registry data of {day}"
    return f"{message} ({mark})"
