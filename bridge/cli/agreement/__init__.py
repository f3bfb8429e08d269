"""Commands about the agreement: policies and their simulation, calendars, proofs."""
