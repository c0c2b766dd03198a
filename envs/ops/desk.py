"""Where a task is written: the trouble as statements on the opening state, and a perfect engineer's part."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from wardian.base.frozen import JsonValue
from wardian.environments.checks import Check
from wardian.environments.life.event import Event
from wardian.environments.life.fault import Fault
from wardian.environments.solution import Solution
from wardian.environments.template import SqlValue

from .estate import NOW, Estate

__all__ = ["Desk", "stamp"]


def stamp(moment: datetime) -> str:
    """A moment as tables show it."""
    return f"{moment:%Y-%m-%d %H:%M}"


@dataclass
class Desk(Solution):
    """Collects a task: `set_up` is its opening state, `say` and `call` are the reference's messages in order.

    Args:
        estate: the services.
        random: the task's.
        flaky: whether the decisive call gets no answer.
    """

    estate: Estate
    random: Random
    flaky: bool
    setup: list[tuple[str, tuple[SqlValue, ...]]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    alerts: dict[str, str] = field(default_factory=dict)
    """Of this trouble: id by service, the one that the engineer is called for first."""
    untouchable: set[str] = field(default_factory=set)
    """Services that red herrings stay away from."""

    def set_up(self, sql: str, *values: SqlValue) -> None:
        """One more statement."""
        self.setup.append((sql, values))

    def ago(self, low: int, high: int) -> datetime:
        """So many minutes before the beginning, or some between."""
        return NOW - timedelta(minutes=self.random.randint(low, high))

    def decide(self, look: str, place: dict[str, JsonValue], tool: str, **arguments: JsonValue) -> None:
        """The call that mends it. When it gets no answer, the engineer looks whether it was done.

        Args:
            look: the tool that shows it.
            place: where to look.
            tool: the decisive one.
            arguments: its arguments.
        """
        self.call(tool, **arguments)
        if not self.flaky:
            return
        done = self.random.random() < 0.5
        self.faults.append(Fault(kind="applied_timeout" if done else "timeout", tools=(tool,), nth=(1,)))
        self.call(look, **place)
        if not done:
            self.call(tool, **arguments)
