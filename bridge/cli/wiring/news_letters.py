"""The letters of new releases: who gets which, and their files in a folder."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.cli.console.whole_file import whole_file
from bridge.cli.wiring.roll_call import RollCall
from bridge.connectors.registry.told_news import mark_of
from bridge.files.addresses import is_address
from bridge.policies.telling.news import Addressee, News
from bridge.policies.telling.news_letter import Known, NewsSection, news_letter
from bridge.sync.memory.state_file import sync_folder
from bridge.tickets import Instant

_OPTION = "--letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForCurator:
    """What one curator is to tell: `key` is his id, or how the registry names one whom its description does not have, empty for
    customers without one. `to` and `email` are those of whoever is in charge today, `instead_of` the one who is away."""

    key: str
    to: str
    email: str
    instead_of: str
    language: str
    sections: tuple[NewsSection, ...]

    @property
    def marks(self) -> list[str]:
        """What stands for each customer and release of the letter."""
        return [
            mark_of(one.product.id, one.release.version.text, told.customer)
            for one in self.sections
            for told in one.tell
        ]

    @property
    def stem(self) -> str:
        """The name of the letter's files: of small letters, digits and signs, and the same for the same news alone."""
        digest = hashlib.sha256("\0".join(sorted(self.marks)).encode()).hexdigest()[:8]
        return f"{_safe(self.key)}-{digest}"


def _safe(key: str) -> str:
    if not key:
        return "without-curator"
    if key.isascii() and key.replace("-", "").replace("_", "").isalnum() and key == key.lower() and len(key) <= 60:
        return key
    return f"curator-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}"


def by_curator(call: RollCall, news: News, now: Instant, language: str) -> list[ForCurator]:
    """Return what each curator is to tell, in the order of the registry; `language` is that of letters to those who have none."""
    sections: dict[str, list[NewsSection]] = {}
    for release in news.releases:
        shares: dict[str, list[Addressee]] = {}
        for one in release.tell:
            curator = call.curator(one.customer)
            key = curator.id if curator is not None else call.stated[one.customer][1]
            shares.setdefault(key, []).append(one)
        for key, tell in shares.items():
            sections.setdefault(key, []).append(NewsSection(release.product, release.release, tuple(tell)))
    return [_for_one(call, key, tuple(found), now, language) for key, found in sections.items()]


def _for_one(call: RollCall, key: str, sections: tuple[NewsSection, ...], now: Instant, language: str) -> ForCurator:
    registry = call.load.registry
    own, charged = registry.curators.people.get(key), registry.curators.answer(key, now, registry.description.zone)
    if own is None:
        return ForCurator(key=key, to=key, email=charged.email, instead_of="", language=language, sections=sections)
    reader = registry.curators.find(charged.name) or own
    return ForCurator(
        key=key,
        to=reader.person.name,
        email=reader.person.email if is_address(reader.person.email) else "",
        instead_of="" if reader is own else own.person.name,
        language=reader.person.language or language,
        sections=sections,
    )


def write_letters(call: RollCall, letters: list[ForCurator], folder: Path) -> Mapping[str, list[str]]:
    """Write each letter as plain text and as HTML, whole or not at all; return the files by curator.

    When this returns they are on the disk. A usage error (exit 2) says what cannot be written.
    """
    written: dict[str, list[str]] = {}
    for one in letters:
        files = dict(_forms(call, one))
        for name, content in files.items():
            with whole_file(folder / name, option=_OPTION) as stream:
                stream.write(content.encode("utf-8", "replace"))
        written[one.key] = list(files)
    if written:
        sync_folder(folder)
    return written


def _forms(call: RollCall, one: ForCurator) -> Iterator[tuple[str, str]]:
    def known(customer: str) -> Known:
        found = call.load.registry.customer(customer)
        return Known("", ()) if found is None else Known(found.name, found.emails)

    letter = news_letter(one.sections, known, to=one.to, instead_of=one.instead_of, language=one.language)
    head = [f"To: {one.email}"] if one.email else []
    yield f"{one.stem}.txt", "\n".join([*head, f"Subject: {letter.subject}", "", letter.text, ""])
    yield f"{one.stem}.html", letter.html
