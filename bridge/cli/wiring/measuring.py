"""What a pass tells to the metrics: how it ended, what it did, and what stands."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.console.terminal import tell
from bridge.cli.options import PARTLY
from bridge.errors import BridgeError
from bridge.metrics.names import BUG, OUTCOMES
from bridge.settings.load import Settings

if TYPE_CHECKING:
    from bridge.cli.wiring.configuration import Configuration
    from bridge.cli.wiring.deciding import Deferred
    from bridge.metrics.endpoint import ScrapeEndpoint
    from bridge.metrics.measures import Measures
    from bridge.sync.engine import Engine, RunReport

_INTERRUPTED = 130


class Metering:
    """The metrics of one process: `textfile` is replaced after each pass, and an endpoint tells the same.

    One that is configured nowhere takes passes in and tells nobody; prometheus-client is then not needed.
    """

    def __init__(self, settings: Settings) -> None:
        self._textfile: Path | None = settings.textfile
        self._listen = settings.file.metrics.listen
        self._ahead = False
        self.measures: "Measures | None" = None  # noqa: UP037 - known to type checkers alone
        if self._textfile is not None or self._listen is not None:
            from bridge.metrics.measures import Measures

            self.measures = Measures()

    @property
    def begins_anew(self) -> bool:
        """Return whether nothing has been measured yet, so that the configuration has to be read for what it tells."""
        return self.measures is not None and self.measures.empty

    def endpoint(self) -> "ScrapeEndpoint | None":
        """Return the endpoint that bridge.yaml asks for, not yet started; None where it asks for none."""
        if self.measures is None or self._listen is None:
            return None
        from bridge.metrics.endpoint import ScrapeEndpoint

        return ScrapeEndpoint(self._listen, self.measures.registry)

    @contextmanager
    def one_pass(self) -> "Iterator[PassReading]":
        """Take in the pass that the block makes, however it ends; what is to be told of it goes into the reading.

        The block holds the lock of passes: two writers of one file would lose each other's counts.
        """
        self._go_on()
        began, reading = time.monotonic(), PassReading()
        try:
            yield reading
        except BridgeError as error:
            self._take(reading, OUTCOMES.get(error.exit_code, BUG), began)
            raise
        except (KeyboardInterrupt, SystemExit):
            self._take(reading, OUTCOMES[_INTERRUPTED], began)
            raise
        except Exception:
            self._take(reading, BUG, began)
            raise
        self._take(reading, OUTCOMES[PARTLY if reading.partly else 0], began)

    def _take(self, reading: "PassReading", outcome: str, began: float) -> None:
        if self.measures is None:
            return
        from bridge.metrics.measures import PassFigures

        seconds = time.monotonic() - began
        self.measures.take(PassFigures(outcome=outcome, ended_at=time.time(), seconds=seconds, **reading.figures))
        self.tell()

    def _go_on(self) -> None:
        """Go on from what the last pass told, which may have been another process's."""
        if self.measures is None or self._textfile is None or self._ahead:
            return
        from bridge.metrics.textfile import read_textfile

        self.measures.restore(read_textfile(self._textfile))

    def tell(self) -> None:
        """Replace the textfile. Where that cannot be done a warning says so: the pass itself has been made."""
        if self.measures is None or self._textfile is None:
            return
        from bridge.metrics.textfile import write_textfile

        try:
            write_textfile(self._textfile, self.measures.text())
            self._ahead = False
        except OSError as error:
            # What stands in the file is older than what this process knows, and nothing to go on from.
            self._ahead = True
            tell(f"warning: the file of metrics {self._textfile} cannot be written: {error.strerror or error}")


class PassReading:
    """What is read off a pass: `figures` are members of PassFigures, `partly` tells that it ends with code 4."""

    def __init__(self) -> None:
        self.figures: dict[str, Mapping[str, float]] = {}
        self.partly = False

    def hold(self, *, held: bool) -> None:
        """Say whether an undo holds the pass, which is known also of one that then ends before its time."""
        self.figures = {"stands": {"held": held}}

    def read(self, engine: "Engine", deferred: "Deferred", report: "RunReport", *, partly: bool) -> None:
        """Read off what a pass has done while its state is open."""
        self.partly = partly
        counted = {
            "requests_total": engine.helpdesk.requests_sent,
            "tickets_examined_total": report.examined,
            "tickets_written_total": report.written,
            "tickets_skipped_total": len(report.failed),
            "conflicts_total": report.conflicts,
        }
        stands = {
            **self.figures.get("stands", {}),
            **{f"tickets_{state}": count for state, count in engine.state.pressing().items()},
            "rollout_waiting_tickets": 0 if report.rollout is None else report.rollout.waiting,
            "standing_troubles": len(report.standing),
            "missing_sources": sum(one.missing for one in report.standing),
        }
        self.figures = {"counted": counted, "stands": stands, "actions": report.actions}
        if deferred.loaded:
            self.figures |= _of_configuration(deferred.configuration, stands)


def _of_configuration(configuration: "Configuration", stands: Mapping[str, float]) -> dict[str, Mapping[str, float]]:
    """Return how old the registry is and when the calendars' data ends. A pass that changes nothing does not read them, and
    what was told before stands."""
    load = configuration.registry_load
    age = {} if load is None or load.as_of is None else {"registry_as_of_timestamp_seconds": load.as_of}
    ends = {
        one.id: (datetime(*one.valid_through.timetuple()[:3], tzinfo=one.zone) + timedelta(days=1)).timestamp()
        for one in configuration.policy.calendars.values()
        if one.valid_through is not None
    }
    return {"stands": {**stands, **age}, "calendars": ends}
