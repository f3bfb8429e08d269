"""Customers as a JSON document behind an address."""

import json
import re
from typing import Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from bridge.connectors.registry.sources.base import FetchRequest, Reach, SecretModel
from bridge.connectors.registry.sources.records import RecordsSource
from bridge.connectors.registry.sources.table import SourceTable, SourceUnusable
from bridge.tickets import Instant

_URL = re.compile(r"https?://[^\s/@]+(?:/\S*)?")


class HttpSource(RecordsSource):
    """A JSON document behind an address."""

    model_config = ConfigDict(json_schema_extra={"allOf": [{"required": ["url"]}]})
    kind: Literal["http"] = Field(description="A JSON document behind an address.")
    url: str | None = Field(
        default=None,
        description="Address of the JSON document; required.",
        json_schema_extra={"pattern": f"^{_URL.pattern}$"},
    )
    header: str = Field(default="Authorization", description="Header that carries the secret.")
    secret: SecretModel | None = Field(default=None, description="Where the header's value is.")
    refresh_minutes: int = Field(default=60, ge=0, description="How long an answer is used before asking again.")

    @field_validator("url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not _URL.fullmatch(value):
            raise ValueError("this is no web address | write https://host/path, without a user or a password in it")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.url:
            raise ValueError("a source of kind http needs 'url' | add the address of the data, https://host/path")
        return self

    @property
    def fresh_seconds(self) -> int:
        """How long an answer is used before asking again."""
        return self.refresh_minutes * 60

    def content(self, reach: Reach) -> tuple[bytes, Instant]:
        """Return the document as it is now. Raises SourceUnusable."""
        url = self.url or ""
        shown = url.partition("?")[0]  # Some services want a key in the query: it is never shown.
        if reach.fetch is None:
            raise SourceUnusable(f"{shown} is not asked: this command has no network")
        try:
            return reach.fetch(FetchRequest(url=url, header=self.header, secret=self.secret)), reach.now
        except Exception as error:  # noqa: BLE001 -- whatever a fetch meets, the last good copy serves
            raise SourceUnusable(f"{shown} does not answer: {error}") from None

    def table(self, content: bytes, name: str) -> SourceTable:
        """Return the document's table. Raises SourceUnusable."""
        try:
            data = json.loads(content)
        except (ValueError, RecursionError) as error:
            hint = "name the address of the data itself; a page to log in, for instance, is HTML"
            raise SourceUnusable(f"{name} is no JSON: {error}", hint=hint) from None
        return self.records_table(data, name)
