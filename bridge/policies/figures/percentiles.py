"""Percentiles by nearest rank: each is an amount that a cycle really took."""

from collections.abc import Sequence


def nearest_rank(ordered: Sequence[int], percent: int) -> int | None:
    """Return the smallest of the amounts, which come in order, that at least so many percent do not exceed; None without any."""
    # Whole numbers: 0.9 * 10 is 9.000000000000002 in some languages, and then the rank would be another one.
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None
