"""One worker as the coordinator sees it."""

from wardian.episodes.record import EpisodeSpec
from wardian.runs.leases.orders import Lease, Order, Report

__all__ = ["Lane"]


class Lane:
    """A worker, what it is playing, and what was said.

    Args:
        worker: its name; no other process had it before.
        concurrency: how many episodes it plays at once.
        adopted: whether another coordinator started it, so that it may be playing already.
    """

    def __init__(self, worker: str, concurrency: int, *, adopted: bool = False) -> None:
        self.worker = worker
        self.concurrency = self.room = concurrency
        self.unknown = adopted
        self.draining = self.holding = False
        """Whether it gets nothing new, and whether it may begin no call any more, because its machine goes."""
        self.delivered = False
        self.looked = -1 if adopted else 0
        """How many workers had been lost when it last looked for their calls; before -1, nobody knows how many."""
        self.playing: dict[str, EpisodeSpec | None] = {}
        """By key; the spec is None as long as only the worker knows of it."""
        self.taken: set[str] = set()
        """Results that were taken, of which the worker has not been told."""
        self.said: Order | None = None
        """The order that is under way."""
        self._orders = 0
        self._heard = 0
        self._settled: list[str] = []
        self._forget: list[str] = []

    @property
    def free(self) -> int:
        """How many more episodes it may be given."""
        return 0 if self.draining or self.unknown else max(self.room - len(self.playing), 0)

    @property
    def idle(self) -> bool:
        """Whether nothing is expected from it."""
        return not self.playing and not self.unknown

    def keep(self, episode: str, *, settled: bool) -> None:
        """The result of `episode` was taken; `settled`: and kept, it will not be played again."""
        self.taken.add(episode)
        self._forget.append(episode)
        if settled:
            self._settled.append(episode)

    def drop(self, episode: str, *, settled: bool) -> None:
        """It is somebody else's, or was never ours; `settled`: its result is kept."""
        self._forget.append(episode)
        if settled:
            self._settled.append(episode)

    def order(self, epoch: int, leases: tuple[Lease, ...], *, again: bool, last: bool) -> Order:
        """The next order; what it says of results is said once, unless it has to be repeated."""
        self._orders += 1
        self.said = Order(
            epoch=epoch,
            number=self._orders,
            heard=self._heard,
            leases=leases,
            settled=tuple(self._settled),
            forget=tuple(self._forget),
            again=again,
            hold=self.holding,
            last=last,
        )
        self._settled, self._forget = [], []
        return self.said

    def hear(self, report: Report) -> None:
        """The answer to the order that was under way."""
        self._heard = report.number
        if self.said is not None:
            self.taken.difference_update(self.said.forget)
        self.said = None
