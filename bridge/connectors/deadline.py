"""Work on the network within a total time."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


def in_time(work: Callable[[], Result], seconds: float, *, thread: str) -> Result:
    """Return what the work gives, or raise what it raises; TimeoutError when it takes longer.

    It runs in a thread of its own, of that name: a socket's timeout starts anew with every byte, and nothing else ends
    a name look-up that hangs.
    """
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread as it is
            outcome.set_exception(error)

    threading.Thread(target=run, name=thread, daemon=True).start()
    return outcome.result(seconds)
