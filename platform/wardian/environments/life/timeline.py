"""Which events are due."""

from collections.abc import Iterator, Sequence
from itertools import islice

from wardian.base.frozen import Frozen
from wardian.environments.life.event import Conditional, Event, Timed
from wardian.environments.state import State

__all__ = ["Past", "Timeline"]


class Past(Frozen):
    """All that a snapshot of a timeline needs.

    `fired`: how often each event has happened, by name. `awaited`: at which minute those happen whose condition has
    come true already.
    """

    fired: dict[str, int] = {}
    awaited: dict[str, float] = {}


class Timeline:
    """The events of one episode in their order.

    Args:
        events: those of the scenario.
        seed: the episode's.
        past: what has become of them so far.
    """

    def __init__(self, events: Sequence[Event], seed: int, past: Past) -> None:
        self._fired = dict(past.fired)
        self._conditional = {each.name: each.when for each in events if isinstance(each.when, Conditional)}
        self._events = {each.name: each for each in events}
        self._moments: dict[str, Iterator[float]] = {}
        self._next: dict[str, float | None] = {}
        self._awaited = dict(past.awaited)
        for each in events:
            if not isinstance(each.when, Conditional):
                self._begin(each.name, each.when, seed)

    @property
    def past(self) -> Past:
        """What has become of the events so far."""
        return Past(fired=self._fired, awaited=self._awaited)

    def _begin(self, name: str, when: Timed, seed: int) -> None:
        self._moments[name] = islice(when.moments(seed, name), self._fired.get(name, 0), None)
        self._next[name] = next(self._moments[name], None)

    def due(self, until_min: float) -> tuple[float, Event] | None:
        """The earliest that has not happened yet, with its moment, if that is not after `until_min`.

        It counts as happened from now on. Of several at one moment the first in the scenario comes first.
        """
        moments = {**self._next, **self._awaited}
        ready = [(moment, name) for name, moment in moments.items() if moment is not None and moment <= until_min]
        if not ready:
            return None
        moment, name = min(ready, key=lambda each: each[0])
        if self._awaited.pop(name, None) is None:
            self._next[name] = next(self._moments[name], None)
        return moment, self._happened(name)

    def fulfilled(self, state: State, now_min: float) -> Event | None:
        """The first conditional event whose condition has come true, if it happens at once; it counts as happened.

        Those that happen later are awaited from now on.
        """
        for name, when in self._conditional.items():
            if name not in self._fired and name not in self._awaited and self._holds(name, when.sql, state):
                if not when.after_min:
                    return self._happened(name)
                self._awaited[name] = now_min + when.after_min
        return None

    def _holds(self, name: str, sql: str, state: State) -> bool:
        return state.named(sql, self._events[name].values) is not None

    def _happened(self, name: str) -> Event:
        self._fired[name] = self._fired.get(name, 0) + 1
        return self._events[name]
