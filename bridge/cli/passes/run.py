"""`sla-bridge run`: pass after pass in one process, for a service manager."""

import gc
import os
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from bridge.cli.console.logs import restyle
from bridge.cli.console.terminal import say, tell
from bridge.cli.options import Config
from bridge.errors import BridgeError, ConfigurationInvalid, Interrupted, StateUnusable

if TYPE_CHECKING:
    from bridge.cli.wiring.in_force import InForce
    from bridge.daemon.loop import Pace
    from bridge.daemon.notify import Notifier
    from bridge.daemon.pass_end import PassEnd
    from bridge.daemon.transitions import Transitions
    from bridge.metrics.endpoint import ScrapeEndpoint
    from bridge.settings.load import Settings


def run(config: Config = None) -> None:
    """Run one pass after the other until SIGTERM; SIGHUP takes a changed configuration in force where it is good."""
    from bridge.cli.wiring.in_force import InForce
    from bridge.daemon.loop import Loop
    from bridge.daemon.notify import Notifier
    from bridge.daemon.transitions import Transitions

    # Refused here, since nothing good is known yet; from now on the last good one stays.
    in_force = InForce(config)
    restyle(in_force.settings.file.logs)
    with closing(_Measured(in_force.settings)) as measured:
        service = _Service(in_force, Transitions(), Notifier.of(os.environ), measured)
        loop = Loop(service.turn, service.reload, service.pace, service.notifier, after=(service.tell_end,))
        loop.run()
    _said("stopped")


class _Measured:
    """The metrics of the configuration in force, and the endpoint that tells them."""

    def __init__(self, settings: "Settings") -> None:
        """Begin to measure and to answer. Raises StateUnusable where nothing can listen at the address."""
        self._endpoint: "ScrapeEndpoint | None" = None  # noqa: UP037 - known to type checkers alone
        self._begin(settings)

    def adopt(self, settings: "Settings") -> None:
        """Measure and answer by other settings. What they say as before goes on, and so do the counts."""
        if (settings.file.metrics, settings.textfile) != (self._settings.file.metrics, self._settings.textfile):
            self.close()
            self._begin(settings)

    def _begin(self, settings: "Settings") -> None:
        from bridge.cli.wiring.measuring import Metering

        self._settings, self.metering = settings, Metering(settings)
        endpoint = self.metering.endpoint()
        if endpoint is not None:
            endpoint.start()
            self._endpoint = endpoint

    def close(self) -> None:
        """Answer no more."""
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = None


class _Service:
    """What the loop does with this configuration: passes, reloads, and what is told of them."""

    def __init__(
        self, in_force: "InForce", transitions: "Transitions", notifier: "Notifier", measured: "_Measured"
    ) -> None:
        self.notifier = notifier
        self._measured = measured
        self._in_force = in_force
        self._transitions = transitions
        self._waits_to_lead = False

    def pace(self) -> "Pace":
        """Return how far apart passes are by the settings in force."""
        from bridge.daemon.loop import Pace

        file = self._in_force.settings.file
        lease = None if file.lease is None else file.lease.seconds
        return Pace.of(every=file.run.every_seconds, jitter=file.run.jitter_seconds, lease=lease)

    def turn(self) -> "PassEnd":
        """Make a pass; what ends it ends no more than it, unless it was asked to stop."""
        from bridge.cli.passes.audit import Sample
        from bridge.cli.passes.sync import one_pass
        from bridge.cli.wiring.passes import pass_options
        from bridge.daemon.pass_end import PassEnd

        begun, done, trouble = time.monotonic(), None, None
        settings = self._in_force.settings
        try:
            options = pass_options(settings)
            sample = Sample(settings, 0, self._in_force.assembled)
            done = one_pass(sample, options, self._measured.metering, leads_first=self._waits_to_lead)
        except Interrupted:
            raise
        except BridgeError as error:
            trouble = error
        except OSError as error:
            trouble = StateUnusable(
                f"{error.filename or 'the system'} cannot be used: {error.strerror or error}",
                hint="Check the path, its owner and its rights, and that there is room on its disk",
            )
        end = PassEnd(
            at=int(time.time()),
            seconds=time.monotonic() - begun,
            requests=0 if done is None else done.requests,
            report=None if done is None else done.report,
            trouble=trouble,
        )
        # What a pass leaves behind would lie about for hours: a command that soon ends collects hardly ever.
        gc.collect()
        return end

    def reload(self) -> None:
        """Take the files of now in force; where they cannot be used, tell why and go on by what was good."""
        try:
            self._in_force.adopt()
            restyle(self._in_force.settings.file.logs)
            self._measured.adopt(self._in_force.settings)
        except StateUnusable as error:
            tell(f"error: {error}", "error: the rest of the configuration is in force")
        except ConfigurationInvalid as error:
            tell(*(f"error: {line}" for line in str(error).split("\n")))
            tell("error: the configuration stays as it was when it was good; mend it and send SIGHUP again")
        else:
            _said("the configuration on the disk is in force")

    def tell_end(self, end: "PassEnd") -> None:
        """Tell how a pass ended in one line, and what of it is news."""
        from bridge.cli.passes.sync import news, summed_up

        if end.report is not None:
            line = summed_up(end.report, requests=end.requests, seconds=end.seconds)
            tell(*news(end.report))
        elif end.waits_to_lead:
            line = "no pass: another host leads, and this one waits to go on"
        elif end.busy:
            line = "no pass: another command was at work"
        else:
            line = f"no pass: {type(end.trouble).__name__}, {end.seconds:.2f} s"
        tell(*self._transitions.of(end))
        tell(*self._of_configuration(end))
        if not (self._waits_to_lead and end.waits_to_lead):
            # It tries again every few seconds; the first try says it.
            _said(line)
        self._waits_to_lead = end.waits_to_lead
        self.notifier.status(line)

    def _of_configuration(self, end: "PassEnd") -> "tuple[str, ...]":
        """Return what there is to tell of files that are not in force."""
        from bridge.daemon.transitions import CONFIGURATION

        if not self._in_force.outdated:
            return self._transitions.ended(
                CONFIGURATION, "note: the configuration on the disk is the one in force", end.at
            )
        text = (
            "note: the configuration on the disk is not the one in force; SIGHUP (systemctl reload) takes it in force"
        )
        return self._transitions.begun(CONFIGURATION, text, "", end.at)


def _said(line: str) -> None:
    """Print a line at once: whoever reads a journal, or a file, waits for it."""
    say(line)
    sys.stdout.flush()
