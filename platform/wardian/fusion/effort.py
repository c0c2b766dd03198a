"""Work that may not grow faster than what it is done for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

__all__ = ["bounded", "spend"]

LEAST: Final = 1_000
"""Steps that anything is worth."""
EACH: Final = 50
"""Steps that a value is worth."""
LEFT: Final[ContextVar[list[int] | None]] = ContextVar("steps left", default=None)


@contextmanager
def bounded(value: object) -> Iterator[None]:
    """Allow as many steps as JSON of the size of `value` is worth."""
    token = LEFT.set([LEAST + EACH * _size(value)])
    try:
        yield
    finally:
        LEFT.reset(token)


def spend() -> None:
    """Take a step.

    Raises:
        ValueError: when there have been too many.
    """
    left = LEFT.get()
    if left is None:
        return
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("these arguments take too much work to read")


def _size(value: object) -> int:
    """How many values it is made of."""
    count, open_ = 0, [value]
    while open_:
        each = open_.pop()
        count += 1
        if isinstance(each, dict):
            open_ += each.values()
        elif isinstance(each, list):
            open_ += each
    return count
