"""The records of the episodes that one process plays: a log of its own."""

from typing import Final

from wardian.base.errors import Failure
from wardian.base.store import Durability, RunStore
from wardian.runs.late_log import LateLog
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored

__all__ = ["Records"]

RESULTS: Final = "results"


class Records:
    """Puts records into `store`. Nobody counts them there until the manifest names them.

    Args:
        store: of the run; None: the record travels with the result, to somebody who has a store.
        durability: what a record survives once it is kept.
    """

    def __init__(self, store: RunStore | None, durability: Durability = "process") -> None:
        self._log = None if store is None else LateLog(store, RESULTS, durability)

    async def keep(self, scored: Scored) -> Finished:
        """The result, with the place of its record. If the store takes no more, the result is that failure."""
        try:
            return await self.put(Finished.of(scored))
        except OSError as error:
            why = f"the record of an episode cannot be written down: {error.strerror or error}"
            failure = Failure(cause="infra", kind="disk", message=why, lasting=True)
            broken = scored.episode.model_copy(update={"failure": failure, "stop": "failed"})
            return Finished(Result.of(Scored(episode=broken)))

    async def put(self, finished: Finished) -> Finished:
        """The same with the place of its record instead of the record.

        Raises:
            OSError: when the store does not take it.
        """
        if self._log is None or finished.record is None:
            return finished
        (place,) = await self._log.append((finished.record.model_dump_json().encode(),))
        return Finished(finished.result, place, lease=finished.lease)

    async def close(self) -> None:
        """Nothing more comes; closing twice is harmless."""
        if self._log is not None:
            await self._log.close()
