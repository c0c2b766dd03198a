"""The sink that writes the Parquet tables."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wardian.base.clock import Clock
from wardian.scoring.finished import Finished, LoadRecord
from wardian.storage.episode_row import episode_row
from wardian.storage.parts import PartFiles
from wardian.storage.schema import TABLES
from wardian.storage.step_rows import score_rows, step_rows

__all__ = ["ParquetSink"]

PART_EPISODES = 500
PART_STEPS = 20_000
PART_SECONDS = 5.0

Rows = dict[str, list[Mapping[str, Any]]]


class ParquetSink:
    """Writes `episodes`, `steps` and `scores` below `folder`, a part every 500 episodes or 5 s.

    The tables are a function of the results given to it. A run that is resumed gives it the earlier
    results again, out of the journal; so no row is lost, doubled or stale, however the run had ended.
    The file of an earlier, closed run stays until `close` puts the new one into its place.
    """

    def __init__(self, folder: Path, job: str, clock: Clock, load: LoadRecord) -> None:
        self._load = load
        self._job = job
        self._clock = clock
        self._files = {table.name: PartFiles(table, folder) for table in TABLES}
        self._rows = _no_rows()
        self._flushed: float | None = None

    async def write(self, finished: Finished) -> None:
        """Take one result; every so often this writes a part, in a thread."""
        scored = finished.record
        if scored is None:  # in a thread: where the record is in a bucket, that takes a while
            scored = await asyncio.to_thread(self._load, finished)
        self._rows["episodes"].append(episode_row(self._job, scored))
        self._rows["steps"].extend(step_rows(scored))
        self._rows["scores"].extend(score_rows(scored))
        if self._due():
            await self._flush()

    async def close(self) -> None:
        """Write what is left and make every table one file."""
        await self._flush()
        for files in self._files.values():
            await asyncio.to_thread(files.compact)

    def _due(self) -> bool:
        now = self._clock.monotonic()
        if self._flushed is None:
            self._flushed = now
        return (
            len(self._rows["episodes"]) >= PART_EPISODES
            or len(self._rows["steps"]) >= PART_STEPS
            or now - self._flushed >= PART_SECONDS
        )

    async def _flush(self) -> None:
        rows, self._rows = self._rows, _no_rows()
        if rows["episodes"]:
            await asyncio.to_thread(self._append, rows)
        self._flushed = self._clock.monotonic()

    def _append(self, rows: Rows) -> None:
        for name, files in self._files.items():
            files.append(rows[name])


def _no_rows() -> Rows:
    return {table.name: [] for table in TABLES}
