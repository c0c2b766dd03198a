"""What AgentDojo's tools take from the machine, held steady: the time, and the order of a set of texts."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Final

__all__ = ["NOW", "StandIn", "held_steady", "stand_ins"]

TOOLS: Final = "agentdojo.default_suites.v1.tools"
NOW: Final = datetime.datetime(2024, 5, 15, 12)
"""Noon of the day that its calendars call today."""
CLOCK: Final = SimpleNamespace(datetime=SimpleNamespace(now=lambda: NOW))
"""For the module `datetime`, of which emails and files use nothing but `datetime.datetime.now()`."""
IN_ORDER: Final = dict.fromkeys
"""For `set`, by which the calendar drops what it was told twice."""

ABSENT: Final = object()

StandIn = tuple[ModuleType, str, object]
"""A module, one of the names that its functions use, and what they shall find there."""


def stand_ins(load: Callable[[str], ModuleType]) -> tuple[StandIn, ...]:
    """All that are needed, in the modules that `load` gives."""
    email, files, calendar = (load(f"{TOOLS}.{name}_client") for name in ("email", "cloud_drive", "calendar"))
    return (email, "datetime", CLOCK), (files, "datetime", CLOCK), (calendar, "set", IN_ORDER)


@contextmanager
def held_steady(replaced: Sequence[StandIn]) -> Iterator[None]:
    """For the time of the block, which awaits nothing, the tools find the stand-ins."""
    before = [vars(module).get(name, ABSENT) for module, name, _ in replaced]
    for module, name, value in replaced:
        vars(module)[name] = value
    try:
        yield
    finally:
        for (module, name, _), value in zip(replaced, before, strict=True):
            vars(module)[name] = value
            if value is ABSENT:
                del vars(module)[name]
