"""From errors to one clear line and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from wardian.base.errors import ConfigError, CredentialError, WardianError
from wardian.base.watchdog import EXIT_CODE
from wardian.runs.pausing import PauseReason

__all__ = [
    "AUTH",
    "BUDGET",
    "HUNG",
    "INCOMPLETE",
    "INTERRUPTED",
    "PAUSED",
    "TERMINATED",
    "USAGE",
    "exit_code",
    "of_purpose",
    "report",
]

USAGE = 2
INCOMPLETE = 3
BUDGET = 4
AUTH = 5
HUNG = EXIT_CODE
"""A process that had to end with an episode that nothing else ends."""
INTERRUPTED = 130
TERMINATED = 143
PAUSED: dict[PauseReason, int] = {
    "quota": AUTH,
    "auth": AUTH,
    "rate_limit": AUTH,
    "budget": BUDGET,
    "config": USAGE,
    "outage": INCOMPLETE,
    "disk": INCOMPLETE,
    "deadline": INCOMPLETE,
}
"""Why a run was paused, as an exit code."""


@contextmanager
def report(*, debug: bool) -> Iterator[None]:
    """Print the errors that Wardian raises on purpose as a line on stderr, without a traceback unless `debug`.

    Anything else is a bug of ours and keeps its traceback.
    """
    try:
        yield
    except WardianError as error:
        _leave(error, debug)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ExceptionGroup as group:
        purpose = of_purpose(group)
        if purpose is None:
            raise
        _leave(purpose, debug)


def of_purpose(raised: Exception) -> WardianError | None:
    """The error that was raised, or that is behind a group that tasks made of it, if ours; configuration first."""
    leaves = _leaves(raised) if isinstance(raised, ExceptionGroup) else (raised,)
    ours = [error for error in leaves if isinstance(error, WardianError)]
    return next((error for error in ours if isinstance(error, ConfigError)), next(iter(ours), None))


def _leaves(group: ExceptionGroup) -> Iterator[Exception]:
    for error in group.exceptions:
        if isinstance(error, ExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _leave(error: WardianError, debug: bool) -> NoReturn:
    if debug:
        raise error
    sys.stderr.write(f"wardian: {error}\n")
    sys.exit(exit_code(error))


def exit_code(error: WardianError) -> int:
    """2 for what the user must mend, 5 for keys, 3 for what can be resumed."""
    if isinstance(error, CredentialError):
        return AUTH
    return USAGE if isinstance(error, ConfigError) else INCOMPLETE
