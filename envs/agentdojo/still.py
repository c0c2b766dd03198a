"""A clock that stands still for AgentDojo's tools: they stamp emails and files with the machine's time."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Final

__all__ = ["NOW", "standing_still"]

NOW: Final = datetime.datetime(2024, 5, 15, 12)
"""Noon of the day that its calendars call today."""
STILL: Final = SimpleNamespace(datetime=SimpleNamespace(now=lambda: NOW))
"""Stands for the module `datetime`, of which those tools use nothing but `datetime.datetime.now()`."""


@contextmanager
def standing_still(modules: Sequence[ModuleType]) -> Iterator[None]:
    """For the time of the block, which awaits nothing, what `modules` call `datetime` stands still."""
    for module in modules:
        vars(module)["datetime"] = STILL
    try:
        yield
    finally:
        for module in modules:
            vars(module)["datetime"] = datetime
