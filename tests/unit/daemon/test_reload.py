"""A changed configuration changes what is measured, and one that stayed the same loses no count."""

from contextlib import closing

from bridge.cli.passes.run import _Measured, _Service
from bridge.daemon.notify import Notifier
from bridge.daemon.transitions import Transitions


def test_a_reload_measures_by_the_settings_of_now_and_keeps_its_counts_where_they_are_the_same(in_force, edit) -> None:
    with closing(_Measured(in_force.settings)) as measured:
        service, before = _Service(in_force, Transitions(), Notifier(), measured), measured.metering
        assert before.measures is None
        service.reload()
        assert measured.metering is before
        edit("bridge.yaml", "version: 1", "version: 1\nmetrics: {textfile: ../bridge.prom}")
        service.reload()
        counting = measured.metering
        assert counting.measures is not None
        edit("bridge.yaml", "textfile: ../bridge.prom", "textfile:  ../bridge.prom")
        service.reload()
        assert measured.metering is counting, "the same in another spelling"
