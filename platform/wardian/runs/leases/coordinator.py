"""The coordinator of a run: who plays what, and whose result counts. It knows no time and awaits nothing.

What it knows is written down nowhere. Everything that counts stands in the journal, and what is being played is known
to those who play it: after a crash the next coordinator, in a higher epoch, reads the one and asks the others.
"""

import math
from collections.abc import Container, Iterable, Iterator
from typing import Final

from wardian.base.errors import InfraError
from wardian.episodes.record import EpisodeSpec
from wardian.runs.executor import Planned
from wardian.runs.leases.backlog import Backlog
from wardian.runs.leases.lane import Lane
from wardian.runs.leases.orders import Lease, Order, Report
from wardian.runs.lull import Lull
from wardian.scoring.finished import Finished

__all__ = ["Coordinator"]

MOST_AT_ONCE: Final = 500
"""Episodes in one order: a worker must not be busy reading for long."""


class Coordinator:
    """Hands out each of `specs` to one worker at a time and says which results count: one for each episode.

    Args:
        specs: what is to be played; taken one by one when somebody is free.
        epoch: of the run; higher than that of every coordinator before.
        finished: keys of episodes that had a result before.
        planned: how many there are in `specs`, if anybody knows; for even shares.
    """

    def __init__(
        self,
        specs: Iterable[Planned],
        epoch: int,
        finished: Container[str] = frozenset(),
        planned: float = math.inf,
    ) -> None:
        self.epoch = epoch
        self.followed = False
        """Whether another coordinator has taken over: the workers are its own now."""
        self.withholds = False
        """Whether nothing is handed out yet, because workers that nobody reaches may still hold it."""
        self.lanes: dict[str, Lane] = {}
        self._backlog = Backlog(self._unheld(specs), planned)
        self._finished = finished
        self._holders: dict[str, Lane] = {}
        self._early: set[str] = set()
        self._losses = 0
        self._unseen = 0
        """The last of the losses of which nobody knows what was being played."""

    def join(self, worker: str, concurrency: int, *, awaited: int = 1, adopted: bool = False) -> Lane:
        """A worker is open. As long as others are awaited it takes no more than an even share of what there is."""
        lane = self.lanes[worker] = Lane(worker, concurrency, adopted=adopted)
        if awaited > 1:
            lane.room = max(self._backlog.share(awaited, concurrency), 1)
        return lane

    def widen(self) -> None:
        """Nobody else is awaited: all may take as much as they can play."""
        for lane in self.lanes.values():
            lane.room = lane.concurrency

    def order(self, lane: Lane) -> Order:
        """What to say to a worker next; the same again when it has not answered."""
        if lane.said is not None:
            return lane.said
        leases = tuple(Lease(spec=spec, number=self._backlog.lease(spec)) for spec in self._given(lane))
        return lane.order(self.epoch, leases, again=self._looks_again(lane, leases), last=self.over)

    def hear(self, lane: Lane, report: Report) -> list[Finished]:
        """Take a worker's answer; what of it counts, and has to be kept before `took` is called for it.

        Raises:
            InfraError: when the worker listens to a coordinator of a higher epoch.
        """
        if not report.number:
            self.followed = True
            raise InfraError("another process coordinates this run now")
        lane.hear(report)
        if lane.unknown:
            self._adopt(lane, report)
        for key in report.advanced:
            if self._holds(lane, key):
                self._backlog.absolve(key)
        ended = [finished.result.episode for finished in report.finished]
        for key in (*(report.playing or ()), *ended):
            if not self._holds(lane, key) and key not in lane.taken:
                lane.drop(key, settled=key in self._finished)
        return [finished for finished in report.finished if self._holds(lane, finished.result.episode)]

    def took(self, lane: Lane, finished: Finished) -> None:
        """A result that counts was taken by whoever keeps results; the worker hears of it with its next order."""
        result = finished.result
        lane.delivered = True
        spec = lane.playing.pop(result.episode, None)
        self._holders.pop(result.episode, None)
        if spec is not None:
            self._backlog.forget(spec)
        else:
            self._early.add(result.episode)  # the plan has not got there yet
        lane.keep(result.episode, settled=not result.again)

    def lost(self, lane: Lane, *, blame: bool = True) -> list[EpisodeSpec]:
        """A worker is gone: others play what it had; the answer is what has killed too many.

        Args:
            lane: the worker.
            blame: whether an episode may have been the reason.
        """
        self.lanes.pop(lane.worker, None)
        self._losses += 1
        if lane.unknown or None in lane.playing.values():
            self._unseen = self._losses
        for key in lane.playing:
            self._holders.pop(key, None)
        back = [spec for spec in lane.playing.values() if spec is not None]
        lane.playing = {}
        lane.unknown = False
        return self._backlog.give_back(back, blame=blame)

    @property
    def over(self) -> bool:
        """Whether everything has a result. Until then a lost worker's episodes may need a free one."""
        return self._ready and all(lane.idle for lane in self.lanes.values()) and self._backlog.empty

    @property
    def _ready(self) -> bool:
        """Whether every worker of an earlier epoch has said what it plays: until then nobody knows what is left."""
        return not any(lane.unknown for lane in self.lanes.values())

    def _given(self, lane: Lane) -> list[EpisodeSpec]:
        if self.withholds or not self._ready or not lane.free:
            return []
        beside = [spec for spec in lane.playing.values() if spec is not None]
        specs = self._backlog.take(min(lane.free, MOST_AT_ONCE), beside, lane.concurrency)
        for spec in specs:
            lane.playing[spec.key] = spec
            self._holders[spec.key] = lane
        return specs

    def _adopt(self, lane: Lane, report: Report) -> None:
        """What a worker of an earlier epoch plays is its own, unless somebody else has it or it is finished."""
        ended = (finished.result.episode for finished in report.finished)
        for key in (*(report.playing or ()), *ended):
            if key not in self._finished and key not in self._holders and key not in self._early:
                lane.playing[key] = None
                self._holders[key] = lane
        lane.unknown = False

    def _holds(self, lane: Lane, episode: str) -> bool:
        return self._holders.get(episode) is lane

    def _looks_again(self, lane: Lane, leases: tuple[Lease, ...]) -> bool:
        """Whether a lost worker may have left something of `leases` in the store since this one has looked there."""
        losses = self._losses if any(lease.number > 1 for lease in leases) else self._unseen
        if not leases or lane.looked >= losses:
            return False
        lane.looked = self._losses
        return True

    def _unheld(self, specs: Iterable[Planned]) -> Iterator[Planned]:
        """Those that no adopted worker plays or has finished; what it plays gets its spec."""
        for spec in specs:
            if isinstance(spec, Lull):
                yield spec
                continue
            holder = self._holders.get(spec.key)
            if holder is not None and holder.playing.get(spec.key, spec) is None:
                holder.playing[spec.key] = spec
            elif spec.key in self._early:
                self._early.discard(spec.key)
            else:
                yield spec
