"""Customers, licences, certificates, contracts, curators: from exports to one answer per ticket."""
