"""Deadlines proven by other means: receipts verified, deadlines counted again."""
