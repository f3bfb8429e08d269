"""How many tickets `decide` judges a second: the shipped policy, histories of ten events, one core, without receipts.

Run `python -m bench.decide [--against COMMIT]`. Tickets are judged in small chunks, the sides take turns on every chunk, and
each chunk's best round counts, so that other work on the machine counts little.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.figures import Figure, shown
from bench.sample import CHUNK, TICKETS
from bench.sides import Worker, asked, sides, workers

ROUNDS = 30
LAPS = 12
"""Of differing customers: each lap brings other ones, so that each ticket is the first of its customer."""

WORKS: tuple[tuple[str, dict[str, Any], float | None], ...] = (
    ("decide, customers that repeat", {}, 0.95),
    ("the same, clocks alone", {"checks": False}, None),
    ("the same with receipts", {"receipts": True}, None),
)


def measure(measured: Sequence[Worker]) -> Iterator[Figure]:
    """Yield the figures."""
    for what, details, gate in WORKS:
        yield _figure(what, "decide", measured, ROUNDS, gate, details)
    yield _figure("decide, customers that differ", "differing", measured, LAPS, 1.5, {})


def _figure(
    what: str, work: str, measured: Sequence[Worker], rounds: int, gate: float | None, details: dict[str, Any]
) -> Figure:
    times = [[float("inf")] * (TICKETS // CHUNK) for _ in measured]
    for number in range(rounds):
        more = details | ({"lap": number} if work == "differing" else {})
        for chunk in range(TICKETS // CHUNK):
            turn = list(zip(measured, times, strict=True))
            for worker, best in turn if number % 2 == 0 else reversed(turn):
                best[chunk] = min(best[chunk], worker.seconds(work, chunk=chunk, **more))
    own, *earlier = (sum(best) for best in times)
    note = f"{own / TICKETS * 1e6:.1f} µs each"
    return Figure(
        what=what, seconds=own, earlier=earlier[0] if earlier else None, items=TICKETS, at_least=gate, note=note
    )


def main() -> None:
    """Measure and print."""
    with sides(asked(__doc__).against) as measured, workers(measured) as started:
        shown(measure(started), [one.name for one in measured])


if __name__ == "__main__":
    main()
