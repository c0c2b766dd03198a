"""From errors to one clear line and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from wardian.base.errors import ConfigError, CredentialError, WardianError

__all__ = ["AUTH", "INCOMPLETE", "INTERRUPTED", "TERMINATED", "USAGE", "report"]

USAGE = 2
INCOMPLETE = 3
AUTH = 5
INTERRUPTED = 130
TERMINATED = 143


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
        error = _purpose(group)
        if error is None:
            raise
        _leave(error, debug)


def _purpose(group: ExceptionGroup) -> WardianError | None:
    """The error behind a group that tasks made of it, if it is one of ours; configuration first."""
    for kind in (ConfigError, WardianError):
        found = group.subgroup(kind)
        while found is not None:
            if isinstance(found.exceptions[0], kind):
                return found.exceptions[0]
            found = found.exceptions[0] if isinstance(found.exceptions[0], ExceptionGroup) else None
    return None


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
