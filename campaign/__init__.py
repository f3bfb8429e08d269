"""`make campaign`: damaged files by the ten thousands at every door, with limits of time and memory.

A campaign is no test: it takes minutes, and its figures go into docs/campaign.md. What it finds becomes a test.
"""
