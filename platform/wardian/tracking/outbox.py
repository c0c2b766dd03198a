"""What a tracker is to receive of a run: a small file in the run's folder, and how much of it has arrived.

`outbox/entries.jsonl` is only appended to, one line an entry, before anybody tries to deliver it; a curve has about
50 points and a run a few traces, so it stays small however long the run is. `outbox/receipt.json` says up to which byte
a store has it.
"""

import fcntl
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from wardian.base.errors import ConfigError, InfraError
from wardian.base.frozen import Frozen
from wardian.tracking.curves import Point
from wardian.tracking.sample import SampledTrace
from wardian.tracking.summary import RunCard, RunStatus

__all__ = ["ENTRIES", "OUTBOX", "RECEIPT", "Drawn", "Ended", "Entry", "Opened", "Outbox", "Receipt", "Sampled"]


class Opened(Frozen):
    """The run begins, or goes on, at `at_ms` (milliseconds since the epoch)."""

    kind: Literal["opened"] = "opened"
    card: RunCard
    at_ms: int


class Drawn(Frozen):
    """A point of a curve."""

    kind: Literal["drawn"] = "drawn"
    point: Point


class Sampled(Frozen):
    """An episode as a trace."""

    kind: Literal["sampled"] = "sampled"
    trace: SampledTrace


class Ended(Frozen):
    """The run has ended, for now: its final numbers, and what is kept with it.

    Args:
        at_ms: when, in milliseconds since the epoch; fixed here, so that a repeated delivery writes the same.
        points: the final numbers, one point for every arm and one for the whole run.
        simulated: arms that a simulated model answered.
        artifacts: files, relative to the run's folder.
    """

    kind: Literal["ended"] = "ended"
    at_ms: int
    status: RunStatus
    points: tuple[Point, ...] = ()
    note: str = ""
    best_arm: str | None = None
    simulated: tuple[str, ...] = ()
    artifacts: tuple[Path, ...] = ()


Entry = Annotated[Opened | Drawn | Sampled | Ended, Field(discriminator="kind")]
ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
OUTBOX: Final = "outbox"
ENTRIES: Final = f"{OUTBOX}/entries.jsonl"
RECEIPT: Final = f"{OUTBOX}/receipt.json"
LAST = b'{"kind":"ended"'
"""How the line of an `Ended` begins."""


class Receipt(Frozen):
    """What the store at this address, without its password, has: the entries before byte `offset`, in `run_id`."""

    store: str = ""
    offset: int = 0
    experiment_id: str | None = None
    run_id: str | None = None


class Outbox:
    """The outbox of the run in `folder`. Everybody may read it; who appends or delivers holds it.

    Args:
        folder: of the run.
        url: where the run is kept, if not in the folder.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.argument = shlex.quote(url or folder.name)
        """What commands take for RUN."""
        self._path = folder / ENTRIES
        self._receipt = folder / RECEIPT
        self._file: int | None = None

    @property
    def exists(self) -> bool:
        """Whether the run has anything for a tracker."""
        return self._path.exists()

    def hold(self) -> None:
        """Become the only one who writes and delivers, until `release` or the death of this process.

        Raises:
            ConfigError: when another process is.
        """
        self._path.parent.mkdir(exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise ConfigError(f"{self._path}: another process is delivering this run; wait for it") from None
        os.truncate(file, self.size)
        self._file = file

    def release(self) -> None:
        """Let somebody else hold it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def append(self, entry: Entry) -> None:
        """Write one entry; it survives the death of this process at once.

        Raises:
            InfraError: when the disk is full.
        """
        assert self._file is not None, "hold it first"  # noqa: S101  (a mistake of ours, not of the user's)
        line, before = entry.model_dump_json().encode() + b"\n", self.size
        if os.write(self._file, line) != len(line):
            os.truncate(self._file, before)
            raise InfraError(f"{self._path}: cannot be written: the disk is full")

    def entries(self, start: int = 0) -> Iterator[tuple[Entry, int]]:
        """The entries from byte `start` on, each with the byte at which it ends; a torn last line is none.

        Raises:
            ConfigError: when another version of Wardian wrote what this one cannot read.
        """
        if not self.exists:
            return
        with open(self._path, "rb") as file:
            file.seek(start)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                start += len(line)
                yield self._entry(line), start

    def drawn(self) -> dict[str | None, int]:
        """The last step of every curve so far."""
        points = (entry.point for entry, _ in self.entries() if isinstance(entry, Drawn))
        return {point.arm: point.step for point in points}

    def sampled(self) -> set[str]:
        """The names of the traces so far."""
        return {entry.trace.spans[0].trace for entry, _ in self.entries() if isinstance(entry, Sampled)}

    @property
    def card(self) -> RunCard | None:
        """The newest card; None when the run never began."""
        cards = [entry.card for entry, _ in self.entries() if isinstance(entry, Opened)]
        return cards[-1] if cards else None

    @property
    def size(self) -> int:
        """Bytes of whole entries."""
        if self._file is not None:
            return os.fstat(self._file).st_size
        return self._path.read_bytes().rfind(b"\n") + 1 if self.exists else 0

    @property
    def ended(self) -> bool:
        """Whether the last entry is an `Ended`: if not, the run goes on, or its process died."""
        lines = self._path.read_bytes()[: self.size].splitlines() if self.exists else []
        return bool(lines) and lines[-1].startswith(LAST)

    @property
    def artifacts(self) -> tuple[Path, ...]:
        """What the run is kept with, relative to its folder, that no store has yet; () as long as it goes on."""
        if self.settled or not self.ended:
            return ()
        return [entry.artifacts for entry, _ in self.entries() if isinstance(entry, Ended)][-1]

    @property
    def settled(self) -> bool:
        """Whether all that there is to say of the run has arrived at a store."""
        return not self.exists or (self.ended and self.receipt.offset == self.size)

    @property
    def receipt(self) -> Receipt:
        """What has arrived, and where. One that cannot be read is none: then everything is delivered again."""
        try:
            return Receipt.model_validate_json(self._receipt.read_bytes())
        except (FileNotFoundError, ValidationError):
            return Receipt()

    def confirm(self, receipt: Receipt) -> None:
        """Remember what has arrived; readers see the old receipt or the new one."""
        fresh = self._receipt.with_suffix(".new")
        fresh.write_text(receipt.model_dump_json(indent=2), encoding="utf-8")
        fresh.replace(self._receipt)

    def _entry(self, line: bytes) -> Entry:
        try:
            return ENTRY.validate_json(line)
        except ValidationError:
            raise ConfigError(f"{self._path}: not an outbox of this version of Wardian") from None
