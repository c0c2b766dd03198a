"""Following the manifest of a run from another process than the one that writes it."""

from collections.abc import Callable, Iterator, Sequence

from wardian.base.store import Place, RunStore
from wardian.runs.journal import manifest, manifest_logs, read_journal
from wardian.scoring.finished import Finished

__all__ = ["ManifestTail"]


class ManifestTail:
    """Gives every result once: first what counts of earlier parts of the run, then what is added.

    Args:
        store: of the run.
        before: the manifest's logs of earlier parts.
        counts: whether a result of an earlier part does; by default all do.
    """

    def __init__(
        self, store: RunStore, before: Sequence[str], counts: Callable[[Finished], bool] = lambda _: True
    ) -> None:
        self._counts = counts
        self._store = store
        self._before = tuple(before)
        self._seen: dict[str, Place] = {}
        self._earlier = True

    def new(self) -> Iterator[Finished]:
        """What has come since this was asked before."""
        if self._earlier:
            self._earlier = False
            for finished in read_journal(self._store, self._before):
                if not finished.result.again and self._counts(finished):
                    yield finished
        for log in manifest_logs(self._store):
            if log not in self._before:
                for place, finished in manifest(self._store, log, self._seen.get(log)):
                    self._seen[log] = place
                    yield finished
