"""The kinds of sources by their names in registry.yaml. A new kind is a class of its own, entered here."""

from bridge.connectors.registry.sources.base import CustomerSource
from bridge.connectors.registry.sources.bedesk import BedeskSource
from bridge.connectors.registry.sources.csv import CsvSource
from bridge.connectors.registry.sources.excel import ExcelSource
from bridge.connectors.registry.sources.http import HttpSource
from bridge.connectors.registry.sources.osticket import OsticketSource
from bridge.connectors.registry.sources.yaml import YamlSource

SOURCES: dict[str, type[CustomerSource]] = {
    "csv": CsvSource,
    "excel": ExcelSource,
    "yaml": YamlSource,
    "http": HttpSource,
    "osticket": OsticketSource,
    "bedesk": BedeskSource,
}
