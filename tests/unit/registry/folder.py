"""A registry folder that a test fills with what it needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.registry.load import RegistryLoad, load_registry
from bridge.customers import RegistryAnswer
from bridge.tickets import Organization, Reference, Requester, Ticket

NOW = 1_795_158_000
"""2026-11-20T07:00:00Z, a Friday."""

HEADER = "Код;Название;Рег. номер;Почта;Домен;Продукт;Сертификат до"
COLUMNS = """
      customer: Код
      name: Название
      registration_number: Рег. номер
      email: Почта
      domain: Домен
      product: Продукт
      certificate_until: Сертификат до
"""


@dataclass(slots=True)
class Folder:
    """A configuration folder with `registry.yaml`, its files, and a cache folder beside it."""

    path: Path
    now: int = NOW

    def write(self, name: str, text: str, *, encoding: str = "utf-8") -> Path:
        target = self.path / name
        target.write_bytes(text.encode(encoding))
        return target

    def mapping(self, text: str) -> None:
        self.write("registry.yaml", text)

    def customers(
        self, *rows: str, columns: str = COLUMNS, header: str = HEADER, more: str = "", source: str = ""
    ) -> None:
        """Write a one-file registry; `source` are further keys of the source, `more` of the mapping."""
        self.mapping(
            f"{more}\nsources:\n  customers:\n    kind: csv\n    file: customers.csv\n{source}    columns:{columns}"
        )
        self.write("customers.csv", "\n".join((header, *rows)) + "\n")

    def load(self, **given: Any) -> RegistryLoad:
        return load_registry(self.path, **({"now": self.now, "cache_dir": self.path / "cache"} | given))

    def problems(self, **given: Any) -> list[str]:
        return [str(problem) for problem in self.load(**given).problems]

    def lookup(self, ticket: Ticket | None = None, **changes: Any) -> RegistryAnswer:
        return self.load().registry.lookup(ticket or self.ticket(**changes))

    def ticket(self, *, email: str = "nobody@else.example", organization: str | None = None, **fields: Any) -> Ticket:
        return Ticket(
            id=1,
            number="1",
            rev="r",
            created_at=self.now,
            status=Reference(id=1, name="Open", state="open"),
            department=Reference(id=1, name="Support"),
            requester=Requester(
                id=9,
                email=email,
                organization=Organization(id=3, name=organization) if organization is not None else None,
            ),
            fields=fields,
        )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
