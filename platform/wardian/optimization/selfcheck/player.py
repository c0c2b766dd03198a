"""An evaluator that plays a numeric world: so many slots, durations, results that come in any order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from wardian.base.clock import Clock
from wardian.environments.findings import CheckResult, Findings
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.optimization.selfcheck.ledger import Ledger
from wardian.optimization.selfcheck.luck import Luck
from wardian.scoring.finished import Finished
from wardian.scoring.score import Score, Scored

__all__ = ["WorldPlayer"]


@dataclass(eq=False)
class _Order:
    """One call of `play`: what of it has ended."""

    ended: asyncio.Queue[Finished] = field(default_factory=asyncio.Queue)
    closed: bool = False


class WorldPlayer:
    """Plays each episode once, with so many at the same time; the clock may be virtual.

    Args:
        luck: what becomes of an episode.
        clock: whose time passes.
        slots: how many are played at once.
        ledger: what was played before, and where that is kept.
    """

    def __init__(self, luck: Luck, clock: Clock, slots: int = 64, ledger: Ledger | None = None) -> None:
        self._luck = luck
        self._clock = clock
        self._slots = slots
        self._ledger = ledger or Ledger()
        self._waiting: deque[tuple[EpisodeSpec, _Order]] = deque()
        self._playing: dict[str, list[_Order]] = {}
        self._specs: dict[str, EpisodeSpec] = {}
        self._played = 0
        self._busy_s = 0.0

    @property
    def slots(self) -> int:
        """How many episodes are played at once."""
        return self._slots

    @property
    def played(self) -> int:
        """Episodes that were begun here."""
        return self._played

    @property
    def busy_s(self) -> float:
        """Seconds of slots that those took which have ended."""
        return self._busy_s

    async def play(self, specs: Sequence[EpisodeSpec]) -> AsyncGenerator[Finished]:
        """One result for each of `specs`, in the order in which they end."""
        order = _Order()
        self._waiting.extend((spec, order) for spec in specs)
        self._begin()
        try:
            for _ in specs:
                yield await order.ended.get()
        finally:
            order.closed = True

    async def record(self, finished: Finished) -> Scored:
        """A record with nothing in it but the outcome."""
        result = finished.result
        success = result.values.get("success") == 1.0
        checks = (CheckResult(name="goal", passed=success),)
        episode = Episode(
            spec=self._specs[result.episode],
            events=(),
            stop="failed" if result.missing else "finished",
            findings=None if result.missing else Findings(checks=checks),
            failure=result.failure,
            started_at=result.started_at,
            wall_s=result.wall_s,
        )
        return Scored(episode=episode, scores=tuple(Score(name, value) for name, value in result.values.items()))

    def _begin(self) -> None:
        """Fill the free slots with what waits longest."""
        while self._waiting and len(self._playing) < self._slots:
            spec, order = self._waiting.popleft()
            if not order.closed:
                self._take(spec, order)

    def _take(self, spec: EpisodeSpec, order: _Order) -> None:
        known = self._ledger.results.get(spec.key)
        if known is not None:
            self._specs.setdefault(spec.key, spec)
            order.ended.put_nowait(Finished(known))
        elif spec.key in self._playing:
            self._playing[spec.key].append(order)
        else:
            self._specs[spec.key] = spec
            self._playing[spec.key] = [order]
            self._played += 1
            result = self._luck.result(spec, self._clock.now())
            asyncio.get_running_loop().call_later(result.wall_s, self._end, Finished(result))

    def _end(self, finished: Finished) -> None:
        result = finished.result
        self._ledger.keep(result)
        self._busy_s += result.wall_s
        for order in self._playing.pop(result.episode):
            order.ended.put_nowait(finished)
        self._begin()
