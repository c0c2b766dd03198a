"""One table on disk: part files while the run goes on, one file when it is closed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wardian.storage.schema import Table

__all__ = ["PartFiles", "table_files"]

ROW_GROUP_BYTES = 64 * 2**20


def table_files(folder: Path, table: str) -> list[Path]:
    """The files that hold `table` now: the parts of a run that goes on or died, else the one file."""
    whole = folder / f"{table}.parquet"
    return _parts(folder, table) or ([whole] if whole.exists() else [])


def _parts(folder: Path, table: str) -> list[Path]:
    return sorted((folder / "parts").glob(f"{table}-*.parquet"))


class PartFiles:
    """`FOLDER/parts/NAME-000001.parquet` and so on, at last `FOLDER/NAME.parquet`.

    A file has its name only when it is complete. Parts that a dead writer left are dropped at the
    start: the journal has their rows, and those that were still in memory.
    """

    def __init__(self, table: Table, folder: Path, row_group_bytes: int = ROW_GROUP_BYTES) -> None:
        self._table = table
        self._folder = folder
        self._row_group_bytes = row_group_bytes
        self._count = 0
        (folder / "parts").mkdir(parents=True, exist_ok=True)
        self._drop_parts()

    def append(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write `rows` as the next part."""
        self._count += 1
        part = self._folder / "parts" / f"{self._table.name}-{self._count:06}.parquet"
        self._write(part, [self._table.arrow(rows)])

    def compact(self) -> None:
        """Make all parts one file, in place of the one that stood there."""
        self._write(self._folder / f"{self._table.name}.parquet", self._row_groups())
        self._drop_parts()
        with suppress(OSError):  # another table still has parts
            (self._folder / "parts").rmdir()

    def _row_groups(self) -> Iterator[pa.Table]:
        """The parts' rows in blocks that a reader can skip by, never all of them in memory."""
        gathered: list[pa.Table] = []
        for part in _parts(self._folder, self._table.name):
            gathered.append(pq.read_table(part))
            if sum(table.nbytes for table in gathered) >= self._row_group_bytes:
                yield pa.concat_tables(gathered)
                gathered = []
        if gathered:
            yield pa.concat_tables(gathered)

    def _write(self, path: Path, tables: Iterable[pa.Table]) -> None:
        unfinished = path.with_suffix(".unfinished")
        with pq.ParquetWriter(unfinished, self._table.schema, compression="zstd") as writer:
            for table in tables:
                writer.write_table(table)
        unfinished.replace(path)

    def _drop_parts(self) -> None:
        for part in sorted((self._folder / "parts").glob(f"{self._table.name}-*")):
            part.unlink()
