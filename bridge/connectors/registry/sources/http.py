"""Customers as a JSON document behind an address."""

import json
import re
from dataclasses import replace
from typing import Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from bridge.connectors.registry.sources.base import Fetched, FetchRequest, Reach
from bridge.connectors.registry.sources.next_page import SET_NEXT, Paging, missing_records
from bridge.connectors.registry.sources.pages import all_pages
from bridge.connectors.registry.sources.records import RecordsSource
from bridge.connectors.registry.sources.table import SourceTable, SourceUnreachable, SourceUnusable
from bridge.errors import BridgeError, ConfigurationInvalid, Problem, Severity
from bridge.files.secret_reference import SecretReference
from bridge.tickets import Instant

_URL = re.compile(r"https?://[^\s/@]+(?:/\S*)?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


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
    secret: SecretReference | None = Field(
        default=None, description="Where the header's whole value is, such as `Bearer …`."
    )
    ca_file: str | None = Field(
        default=None,
        description="Certificate of a private authority, PEM; relative to the folder of registry.yaml.",
    )
    proxy: str | None = Field(
        default=None, description="Address of a proxy; those of the environment (HTTPS_PROXY) are not used."
    )
    refresh_minutes: int = Field(default=60, ge=0, description="How long an answer is used before asking again.")
    next: str | None = Field(
        default=None,
        description="Keys that lead to the next page's address or cursor, joined by dots; `none`: the answer is whole. "
        "Left out, the header Link and the usual members are looked at.",
    )
    next_parameter: str | None = Field(
        default=None, description="Parameter of the query that carries the next page's cursor or number."
    )

    @field_validator("url", "proxy")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not _URL.fullmatch(value):
            raise ValueError("this is no web address | write https://host/path, without a user or a password in it")
        return value

    @field_validator("header")
    @classmethod
    def _header_name(cls, value: str) -> str:
        if not _HEADER.fullmatch(value):
            raise ValueError("this is no name of a header | write its name alone; its value is where 'secret' says")
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
        """Return the document as it is now, all pages as one. Raises SourceUnusable."""
        shown = self._paging.url.partition("?")[0]  # Some services want a key in the query: it is never shown.
        if reach.fetch is None:
            raise SourceUnreachable(f"{shown} is not asked: this command has no network")
        fetch, ca_file = reach.fetch, None if self.ca_file is None else reach.folder / self.ca_file

        def page(url: str) -> Fetched:
            return fetch(
                FetchRequest(url=url, header=self.header, secret=self.secret, ca_file=ca_file, proxy=self.proxy)
            )

        try:
            return all_pages(self._paging, page), reach.now
        except SourceUnusable as error:
            raise SourceUnusable(f"{shown}: {error.message}", hint=error.hint) from None
        except ConfigurationInvalid as error:
            (problem,) = error.problems
            raise SourceUnreachable(f"{shown} is not asked: {problem.message}", hint=problem.hint) from None
        except BridgeError as error:
            raise SourceUnreachable(f"{shown} does not answer: {error.message}", hint=error.hint) from None
        except Exception as error:  # noqa: BLE001 -- whatever a fetch meets, the last good copy serves
            raise SourceUnreachable(f"{shown} does not answer: {error}") from None

    def table(self, content: bytes, name: str) -> SourceTable:
        """Return the document's table. Raises SourceUnusable."""
        try:
            data = json.loads(content)
        except (ValueError, RecursionError) as error:
            hint = "name the address of the data itself; a page to log in, for instance, is HTML"
            raise SourceUnusable(f"{name} is no JSON: {error}", hint=hint) from None
        table, lacks = self.records_table(data, name), missing_records(self._paging, data)
        if not lacks:
            return table
        problem = Problem(code="incomplete", message=lacks, file=name, hint=SET_NEXT, severity=Severity.WARNING)
        return replace(table, problems=(problem,))

    @property
    def _paging(self) -> Paging:
        return Paging(url=self.url or "", records=self.records, next=self.next, parameter=self.next_parameter)
