"""Reading a run's tables back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from wardian.base.errors import ConfigError
from wardian.storage.parts import table_files
from wardian.storage.rows import SCHEMA_VERSION, EpisodeRow, ScoreRow, StepRow
from wardian.storage.schema import VERSION_KEY

__all__ = ["Tables"]

KEYS: Final = {"episodes": ["episode_id"], "steps": ["episode_id", "step"], "scores": ["episode_id", "metric"]}
"""The columns that name what a row is of."""


class Tables:
    """The tables of one run, complete or still growing; rows come one batch at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count(self) -> int:
        """The number of episodes so far."""
        return self._open("episodes").count_rows()

    def doubled(self) -> int:
        """How many rows stand there although another row of the same table is of the same thing; none should."""
        return sum(map(self._doubled, KEYS))

    def episodes(self, columns: list[str] | None = None) -> Iterator[EpisodeRow]:
        """The episodes in the order in which they ended; with `columns`, only these keys."""
        for row in self._rows("episodes", columns=columns):
            yield cast("EpisodeRow", row)

    def steps(self, episode: str) -> Iterator[StepRow]:
        """What happened in `episode`, in order."""
        for row in self._rows("steps", episode=episode):
            yield cast("StepRow", row)

    def scores(self, episode: str | None = None) -> Iterator[ScoreRow]:
        """All scores, or those of `episode`."""
        for row in self._rows("scores", episode=episode):
            yield cast("ScoreRow", row)

    def _rows(
        self, table: str, *, columns: list[str] | None = None, episode: str | None = None
    ) -> Iterator[dict[str, Any]]:
        chosen = None if episode is None else ds.field("episode_id") == episode
        for batch in self._open(table).to_batches(columns=columns, filter=chosen):
            yield from batch.to_pylist()

    def _doubled(self, table: str) -> int:
        keys = self._open(table).to_table(columns=KEYS[table])
        return int(keys.num_rows - keys.group_by(KEYS[table]).aggregate([]).num_rows)

    def _open(self, table: str) -> ds.Dataset:
        files = table_files(self._folder, table)
        if not files:
            raise ConfigError(f"{self._folder}: there are no tables yet; `wardian resume` writes them")
        version = (pq.read_schema(files[0]).metadata or {}).get(VERSION_KEY, b"").decode()
        if version != SCHEMA_VERSION:
            raise ConfigError(f"{files[0]}: has schema version '{version}', this Wardian reads '{SCHEMA_VERSION}'")
        return ds.dataset([str(file) for file in files])
