"""Clocks: the replay of a timeline, cycles, pauses, deadlines, verdicts, receipts."""
