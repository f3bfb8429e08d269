"""Recurring obligations: what is owed per contract and period, what was kept, how much working time is left (CU-4)."""
