"""Which events are due."""

from collections.abc import Iterator, Sequence
from itertools import islice

from wardian.environments.life.event import Conditional, Event, Timed
from wardian.environments.state import State

__all__ = ["Timeline"]


class Timeline:
    """The events of one episode in their order.

    Args:
        events: those of the scenario.
        seed: the episode's.
        fired: how often each has happened already, by name; all that a snapshot of this needs.
    """

    def __init__(self, events: Sequence[Event], seed: int, fired: dict[str, int]) -> None:
        self.fired = dict(fired)
        self._conditional = {each.name: each.when for each in events if isinstance(each.when, Conditional)}
        self._events = {each.name: each for each in events}
        self._moments: dict[str, Iterator[float]] = {}
        self._next: dict[str, float | None] = {}
        for each in events:
            if not isinstance(each.when, Conditional):
                self._begin(each.name, each.when, seed)

    def _begin(self, name: str, when: Timed, seed: int) -> None:
        self._moments[name] = islice(when.moments(seed, name), self.fired.get(name, 0), None)
        self._next[name] = next(self._moments[name], None)

    def due(self, until_min: float) -> tuple[float, Event] | None:
        """The earliest that has not happened yet, with its moment, if that is not after `until_min`.

        It counts as happened from now on. Of several at one moment the first in the scenario comes first.
        """
        ready = [(moment, name) for name, moment in self._next.items() if moment is not None and moment <= until_min]
        if not ready:
            return None
        moment, name = min(ready, key=lambda each: each[0])
        self._next[name] = next(self._moments[name], None)
        return moment, self._happened(name)

    def fulfilled(self, state: State) -> Event | None:
        """The first conditional event whose condition has come true; it counts as happened."""
        for name, when in self._conditional.items():
            if name not in self.fired and state.one(when.sql) is not None:
                return self._happened(name)
        return None

    def _happened(self, name: str) -> Event:
        self.fired[name] = self.fired.get(name, 0) + 1
        return self._events[name]
