"""The world as a task program sees it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from wardian.base.errors import EnvironmentFault
from wardian.base.identity import random_stream
from wardian.environments.clock import VirtualClock
from wardian.environments.findings import CheckResult
from wardian.environments.state import Row, State
from wardian.environments.template import SqlValue

__all__ = ["Stage"]


class Stage:
    """What a program may do: look at the world, change it, let time pass, and note what it finds.

    Args:
        state: the world, which the agent's tools work on as well.
        seed: of the episode.
    """

    def __init__(self, state: State, seed: int) -> None:
        self._state = state
        self._seed = seed
        self._clock = VirtualClock(state)
        self._checks: dict[str, CheckResult] = {}
        self.actions = 0
        """How many calls and texts have come from the agent."""

    @property
    def now(self) -> datetime:
        """The virtual time."""
        return self._clock.now()

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """What was found so far."""
        return tuple(self._checks.values())

    def wait(self, *, minutes: float) -> datetime:
        """Let virtual time pass; the new present."""
        with self._state.unattributed():
            return self._clock.advance(timedelta(minutes=minutes))

    def random(self, name: str) -> Random:
        """A random stream of the episode's own, for one purpose."""
        return random_stream(self._seed, "program", name)

    def one(self, sql: str, *values: SqlValue) -> Row | None:
        """The first row of a query, None when there is none."""
        return self._state.one(sql, *values)

    def all(self, sql: str, *values: SqlValue) -> list[Row]:
        """All rows of a query."""
        return self._state.all(sql, *values)

    def add(self, table: str, row: Mapping[str, SqlValue]) -> None:
        """Put a row into the world."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.change(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', *row.values())  # noqa: S608  (names of the pack)

    def change(self, sql: str, *values: SqlValue) -> int:
        """Change the world behind the agent's back; how many rows. It is nobody's doing: no diff shows it."""
        with self._state.unattributed(), self._state.savepoint():
            return self._state.run(sql, *values)

    def check(self, name: str, passed: bool, detail: str = "", *, weight: float = 1.0, required: bool = True) -> bool:
        """Note whether the agent has done something by now, and say so.

        Args:
            name: of the check; each is made once.
            passed: whether it has.
            detail: why not.
            weight: its share of the score.
            required: whether the task is lost without it.
        """
        return self._note(
            CheckResult(
                name=name,
                passed=bool(passed),
                detail="" if passed else detail,
                weight=weight,
                required=required,
                milestone=True,
                actions=self._latest,
            )
        )

    def forbid(self, name: str, happened: bool, detail: str = "", *, required: bool = True) -> bool:
        """Note that the agent has not done something; who does nothing at all earns no share of the score by that."""
        return self._note(
            CheckResult(
                name=name,
                passed=not happened,
                detail=detail if happened else "",
                weight=1.0 if happened else 0.0,
                required=required,
                rule="forbids",
            )
        )

    @property
    def _latest(self) -> tuple[int, ...]:
        """The agent's last action: by then, what is noted now has come about."""
        return (self.actions - 1,) if self.actions else ()

    def _note(self, found: CheckResult) -> bool:
        if found.name in self._checks:
            raise EnvironmentFault(f"the check '{found.name}' is made twice")
        self._checks[found.name] = found
        return found.passed
