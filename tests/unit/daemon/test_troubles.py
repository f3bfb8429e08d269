"""What ends a pass ends no more than that pass, and says what it was."""

import errno
from contextlib import closing

import pytest

from bridge.cli.passes.run import _Measured, _Service
from bridge.cli.wiring.in_force import InForce
from bridge.daemon.notify import Notifier
from bridge.daemon.pass_end import PassEnd
from bridge.daemon.transitions import Transitions
from bridge.errors import HelpdeskUnavailable, Interrupted, StateUnusable


def ended(in_force: InForce, monkeypatch: pytest.MonkeyPatch, error: Exception) -> PassEnd:
    """Return how a pass ends in which something goes wrong."""

    def one_pass(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("bridge.cli.passes.sync.one_pass", one_pass)
    with closing(_Measured(in_force.settings)) as measured:
        return _Service(in_force, Transitions(), Notifier(), measured).turn()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/x"), "/srv/x cannot be used: No space left on device"),
        (OSError(errno.EIO, "Input/output error"), "the system cannot be used: Input/output error"),
        (OSError("it broke"), "the system cannot be used: it broke"),
    ],
)
def test_a_disk_that_takes_nothing_is_named(in_force, monkeypatch, error, said) -> None:
    trouble = ended(in_force, monkeypatch, error).trouble
    assert isinstance(trouble, StateUnusable)
    assert said in str(trouble)


def test_a_helpdesk_that_is_away_is_told_as_it_is(in_force, monkeypatch) -> None:
    away = HelpdeskUnavailable("it is away")
    assert ended(in_force, monkeypatch, away).trouble is away


def test_a_stop_is_no_trouble_and_goes_on_to_the_loop(in_force, monkeypatch) -> None:
    with pytest.raises(Interrupted):
        ended(in_force, monkeypatch, Interrupted("stop"))


def test_a_fault_of_the_program_is_hidden_by_nothing(in_force, monkeypatch) -> None:
    with pytest.raises(KeyError):
        ended(in_force, monkeypatch, KeyError("a fault"))
