"""Customers, licences, certificates, contracts, curators: from exports to one answer per ticket."""

from bridge.connectors.registry.index import CustomerRegistry, Health
from bridge.connectors.registry.listing import Running, customers_running
from bridge.connectors.registry.load import Fetch, FetchRequest, RegistryLoad, SourceState, load_registry
from bridge.connectors.registry.mapping import RegistryFile, SecretModel, read_mapping

__all__ = [
    "CustomerRegistry",
    "Fetch",
    "FetchRequest",
    "Health",
    "RegistryFile",
    "RegistryLoad",
    "Running",
    "SecretModel",
    "SourceState",
    "customers_running",
    "load_registry",
    "read_mapping",
]
