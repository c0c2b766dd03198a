"""One worker as the driver sees it."""

from ray.actor import ActorHandle

from wardian.cluster.backlog import Backlog
from wardian.episodes.record import EpisodeSpec
from wardian.scoring.score import Scored

__all__ = ["Lane"]


class Lane:
    """A worker and what it is playing: up to `concurrency` episodes, or the first share while others are starting."""

    def __init__(self, actor: ActorHandle, concurrency: int) -> None:
        self.actor = actor
        self.open = False
        self.delivered = False
        self.playing: dict[str, EpisodeSpec] = {}
        self._concurrency = self._room = concurrency
        self._settled: list[str] = []

    def begin(self, backlog: Backlog, among: int) -> None:
        """The worker is open; so far it may take no more than its share `among` all that are still awaited."""
        self.open = True
        self._room = max(backlog.share(among, self._concurrency), 1)
        self.top_up(backlog)

    def widen(self, backlog: Backlog) -> None:
        """Nobody else is awaited: it may take as much as it can play."""
        self._room = self._concurrency
        self.top_up(backlog)

    def top_up(self, backlog: Backlog) -> None:
        """Fill the free slots, in blocks that are worth a call."""
        free, block = self._room - len(self.playing), max(1, min(10, self._room // 8))
        if self.open and free >= block and (specs := backlog.take(free)):
            self.playing.update((spec.key, spec) for spec in specs)
            settled, self._settled = self._settled, []
            again = any(map(backlog.was_lost, specs))
            self.actor.feed.remote([spec.model_dump_json().encode() for spec in specs], settled, again)

    def ended(self, scored: Scored) -> None:
        """One episode is over."""
        self.delivered = True
        del self.playing[scored.episode.spec.key]

    def kept(self, scored: Scored) -> None:
        """Its result is where results are kept; the worker hears of it with its next episodes."""
        if not scored.episode.missing:
            self._settled.append(scored.episode.spec.key)

    def give_back(self, backlog: Backlog) -> list[EpisodeSpec]:
        """The worker is lost: what it was playing is played elsewhere; the answer is what killed too many."""
        lost, self.playing = self.playing, {}
        return backlog.give_back(lost.values())
