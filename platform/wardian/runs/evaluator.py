"""Episodes on request, while one run goes on: for whoever decides by results what is played next."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import replace

from wardian.base.store import Place, RunStore
from wardian.episodes.record import EpisodeSpec
from wardian.runs.growing import GrowingPlan
from wardian.runs.journal import load_record
from wardian.runs.tail import ManifestTail
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

__all__ = ["RunEvaluator"]


class RunEvaluator:
    """Adds to the plan of a run what it is asked for, and is the run's last sink: what it gives is in the journal.

    An episode that somebody else than the agent broke has a result as well. It is given again after a resume, and not
    played again: something was decided by it. Whoever asks and waits when the run ends waits for ever: it is for the
    one who ends the run to end that.

    Args:
        plan: of the run.
        store: of the run, where records are.
        slots: says how many episodes are played at once.
        before: results of earlier parts of the run.
    """

    def __init__(
        self, plan: GrowingPlan, store: RunStore, slots: Callable[[], int], before: Iterable[Finished] = ()
    ) -> None:
        self._plan = plan
        self._slots = slots
        self._finished = {each.result.episode: _bare(each) for each in before}
        self._waiting: dict[str, list[asyncio.Queue[Finished]]] = {}
        self._planned: set[str] = set()
        """In the plan or being played, be it that nobody waits for it any more."""
        self._records = _Records(store)
        self._looking = asyncio.Lock()

    @property
    def slots(self) -> int:
        """How many episodes are played at once."""
        return self._slots()

    async def play(self, specs: Sequence[EpisodeSpec]) -> AsyncGenerator[Finished]:
        """One result for each of `specs`, in any order; see `wardian.optimization.evaluator.Evaluator`."""
        asked = {spec.key: spec for spec in specs}
        known = [self._finished[key] for key in asked if key in self._finished]
        missing = [spec for key, spec in asked.items() if key not in self._finished]
        results: asyncio.Queue[Finished] = asyncio.Queue()
        self._want(missing, results)
        try:
            for finished in known:
                yield finished
            for _ in missing:
                yield await results.get()
        finally:
            self._leave(missing, results)

    async def record(self, finished: Finished) -> Scored:
        """What happened in an episode.

        Raises:
            ConfigError: when its record is damaged.
        """
        async with self._looking:
            return await asyncio.to_thread(self._records.load, finished)

    async def write(self, finished: Finished) -> None:
        """Hand on a result."""
        key = finished.result.episode
        told = self._finished[key] = _bare(finished)
        self._planned.discard(key)
        for results in self._waiting.pop(key, ()):
            results.put_nowait(told)

    async def close(self) -> None:
        """Nothing to do."""

    def _want(self, specs: Sequence[EpisodeSpec], results: asyncio.Queue[Finished]) -> None:
        for spec in specs:
            self._waiting.setdefault(spec.key, []).append(results)
        self._plan.add(spec for spec in specs if spec.key not in self._planned)
        self._planned.update(spec.key for spec in specs)

    def _leave(self, specs: Sequence[EpisodeSpec], results: asyncio.Queue[Finished]) -> None:
        """What nobody else waits for, and nobody has begun, is not played."""
        needless: list[str] = []
        for spec in specs:
            waiting = self._waiting.get(spec.key)
            if waiting is not None and results in waiting:
                waiting.remove(results)
                if not waiting:
                    del self._waiting[spec.key]
                    needless.append(spec.key)
        self._planned.difference_update(self._plan.take_back(needless))


class _Records:
    """Finds records by the episode; those that were played here are delivered without their place."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._tail = ManifestTail(store, ())
        self._places: dict[str, Place | None] = {}

    def load(self, finished: Finished) -> Scored:
        if finished.place is None:
            finished = replace(finished, place=self._place(finished.result.episode))
        return load_record(self._store, finished)

    def _place(self, episode: str) -> Place | None:
        if episode not in self._places:
            self._places.update((each.result.episode, each.place) for each in self._tail.new())
        return self._places.get(episode)


def _bare(finished: Finished) -> Finished:
    """Without the record: whoever asks for episodes keeps many results, and looks at few records."""
    return replace(finished, record=None)
