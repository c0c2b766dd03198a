"""The calls that other processes left behind."""

from collections import defaultdict

from wardian.base.store import Place, RunStore
from wardian.runs.steps.journal import CALLS
from wardian.runs.steps.step import RecordedStep, decoded, episode_in

__all__ = ["Archive"]


class Archive:
    """An index of the calls in `store`: where those of each episode stand.

    A log ends at its first entry that is not sound. What stands behind it is asked again.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._places: dict[str, list[Place]] = {}
        self.look()

    def look(self) -> None:
        """Read the logs anew."""
        places = defaultdict(list)
        for log in self._store.logs(CALLS):
            for place, payload in self._store.entries(log):
                places[episode_in(payload)].append(place)
        self._places = dict(places)

    def steps(self, episode: str) -> list[RecordedStep]:
        """What was recorded of `episode`, in the order of writing; only the first time it is asked."""
        payloads = map(self._store.read, self._places.pop(episode, ()))
        return [step for payload in payloads if payload is not None and (step := decoded(payload)) is not None]
