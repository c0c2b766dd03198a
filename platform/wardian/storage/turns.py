"""One process after the other, for work that two must not do at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["turn"]


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Wait until nobody else has its turn at the file `path`, which is made; it ends with its process at the latest.

    Raises:
        OSError: when the file cannot be made or locked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
