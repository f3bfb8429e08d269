"""Customers that somebody writes by hand in YAML."""

from typing import Literal

from pydantic import Field

from bridge.connectors.registry.sources.base import FileSource
from bridge.connectors.registry.sources.records import RecordsSource
from bridge.connectors.registry.sources.table import SourceTable, SourceUnusable
from bridge.errors import ConfigurationInvalid
from bridge.files.yaml import read_yaml


class YamlSource(FileSource, RecordsSource):
    """A YAML file with a list of records."""

    kind: Literal["yaml"] = Field(description="A YAML file.")

    def table(self, content: bytes, name: str) -> SourceTable:
        """Return the file's table. Raises SourceUnusable."""
        try:
            data = read_yaml(content, file=name).data
        except ConfigurationInvalid as error:
            first = error.problems[0]
            place = f" (line {first.line})" if first.line else ""
            raise SourceUnusable(f"{name} is no YAML that can be read{place}", hint=str(error)) from None
        return self.records_table(data, name)
