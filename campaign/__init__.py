"""`make campaign`: what may go wrong, thrown at the bridge by the hundred thousand; the figures add up in campaign/ledger.jsonl.

A campaign is no test: it takes minutes to hours. What it finds becomes a test; tests/integration/campaign plays each scenario
in short. Beside it stand campaigns with pages of their own: damaged files (`make campaign-files`), a helpdesk killed while it
acts (`make campaign-actions`), a running osTicket (`make campaign-osticket`).
"""
