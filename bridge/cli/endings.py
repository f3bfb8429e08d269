"""How a command ends: every error becomes a sentence and a code of the documented table, never a traceback."""

import errno
import sys
from collections.abc import Callable

import typer

from bridge.cli.agreement.policy import MORE_MAY_FOLLOW, problem_json
from bridge.cli.console import streams
from bridge.cli.console.no_room import OutputUnwritable
from bridge.cli.console.terminal import json_text, printable, talk_through, tell
from bridge.errors import BridgeError, ConfigurationInvalid

# typer brings a copy of click of its own since 0.2x, and older ones do not: what it exports has the right base in both.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]

DONE, USAGE, INTERRUPTED = 0, 2, 130


class PathUnusable(BridgeError):
    """A path that the command line names cannot be used."""

    exit_code = USAGE


def run(command: Callable[[], int | None]) -> int:
    """Return the exit code of the command; tell on stderr what ended it early.

    A reader that closed the pipe has what it wanted: that is code 0.
    """
    streams.prepare()
    try:
        code = command() or DONE
        sys.stdout.flush()
    except BridgeError as error:
        code = told(error)
    except _UsageError as error:
        code = _usage(error)
    except OSError as error:
        code = _system_refused(error)
    except SystemExit as stop:
        # typer ends a command by itself when the pipe is closed, and takes that for an error.
        code = _system_refused(stop.__context__) if isinstance(stop.__context__, BrokenPipeError) else INTERRUPTED
    finally:
        # The style of talk was this command's; one that follows in the same process has its own.
        talk_through(None)
    return code


def _system_refused(error: OSError) -> int:
    """Tell which path or stream the system refused."""
    reason = error.strerror or str(error)
    if error.filename is None:
        streams.abandon_output()
        if isinstance(error, BrokenPipeError):
            return DONE
        closed = error.errno == errno.EBADF
        hint = "Open it, or send it to a file" if closed else "Make room, or send it elsewhere"
        return told(
            OutputUnwritable(f"standard output cannot be written: {'it is closed' if closed else reason}", hint=hint)
        )
    message, hint = f"{error.filename} cannot be used: {reason}", "Check the path, its owner and its rights"
    named = any(str(error.filename) in one for one in sys.argv[1:])
    return told((PathUnusable if named else OutputUnwritable)(message, hint=hint))


def _usage(error: Exception) -> int:
    """Tell what is wrong on the command line, in the drawn box of typer or as a line of JSON."""
    if "--json" in sys.argv:
        _print_json("UsageError", error.format_message(), hint=_help_of(error), code=USAGE)  # type: ignore[attr-defined]
        return USAGE
    from typer import rich_utils

    if hasattr(error, "message"):
        error.message = "\n".join(map(printable, str(error.message).split("\n")))
    rich_utils.rich_format_error(error)  # type: ignore[arg-type]
    return USAGE


def _help_of(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"See {context.command_path} --help" if context is not None else ""


def told(error: BridgeError) -> int:
    """Print an error on stderr, one line of JSON under --json, a line per problem otherwise; return its exit code."""
    invalid = error if isinstance(error, ConfigurationInvalid) else None
    if "--json" in sys.argv:
        problems = [problem_json(one) for one in invalid.problems] if invalid else []
        more = invalid is not None and invalid.more_may_follow
        name = type(error).__name__
        _print_json(name, error.message, hint=error.hint, code=error.exit_code, problems=problems, more_may_follow=more)
    elif invalid is None:
        tell(f"error: {error}")
    else:
        for problem in invalid.problems:
            tell(f"{problem.severity.value}: {problem}")
        if invalid.more_may_follow:
            tell(MORE_MAY_FOLLOW)
    return error.exit_code


def _print_json(
    name: str,
    message: str,
    *,
    hint: str,
    code: int,
    problems: list[dict[str, object]] | None = None,
    more_may_follow: bool = False,
) -> None:
    line = {
        "error": name,
        "message": message,
        "hint": hint,
        "exit_code": code,
        "problems": problems or [],
        "more_may_follow": more_may_follow,
    }
    tell(json_text(line))
