"""The calls that other processes left behind."""

import asyncio
from collections import defaultdict

from wardian.base.store import Place, RunStore
from wardian.runs.steps.journal import CALLS
from wardian.runs.steps.step import RecordedStep, decoded, episode_in

__all__ = ["Archive"]


class Archive:
    """An index of the calls in `store`: where those of each episode stand.

    It is made in a thread, when an episode is asked for: the store may be far away, and others play meanwhile. A log
    ends at its first entry that is not sound. What stands behind it is asked again.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._places: dict[str, list[Place]] = {}
        self._turn = asyncio.Lock()
        self._wanted, self._looked = 1, 0

    def look_again(self) -> None:
        """Whoever asks from now on hears of what others have written up to then."""
        self._wanted += 1

    async def steps(self, episode: str) -> list[RecordedStep]:
        """What was recorded of `episode`, in the order of writing; only the first time it is asked.

        Raises:
            OSError: when the store does not answer.
        """
        async with self._turn:
            while self._looked < self._wanted:
                wanted = self._wanted
                self._places = await asyncio.to_thread(self._found)
                self._looked = wanted
        if episode not in self._places:
            return []
        steps = await asyncio.to_thread(self._read, self._places[episode])
        self._places.pop(episode, None)
        return steps

    def _found(self) -> dict[str, list[Place]]:
        places = defaultdict(list)
        for log in self._store.logs(CALLS):
            for place, payload in self._store.entries(log):
                places[episode_in(payload)].append(place)
        return dict(places)

    def _read(self, places: list[Place]) -> list[RecordedStep]:
        payloads = map(self._store.read, places)
        return [step for payload in payloads if payload is not None and (step := decoded(payload)) is not None]
