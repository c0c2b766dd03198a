"""The file of a budget: what was given out and came back, a line for each exchange, written before it counts."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from wardian.base.clock import Clock
from wardian.base.errors import ConfigError, InfraError
from wardian.models.budgets.amount import NOTHING, Amount, Cap
from wardian.models.budgets.leases import BudgetAsk, BudgetEntry, BudgetGrant
from wardian.models.budgets.ledger import BudgetLedger

__all__ = ["BudgetBook"]


class BudgetBook:
    """One budget, shared by all processes that open the same file, and by those that come after them.

    A grant is on the disk before anybody may spend it. A line that a crash tore was never answered and is cut off.

    Args:
        path: the file; made when it is not there.
        cap: the most that may be given out.
        clock: tells who has not been heard of for long.

    Raises:
        ConfigError: when the file cannot be opened.
    """

    def __init__(self, path: Path, cap: Cap, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._ledger = BudgetLedger(cap, self._write)
        self._read = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ConfigError(f"budget: cannot write '{path}' ({error.strerror})") from error

    def exchange(self, ask: BudgetAsk) -> BudgetGrant:
        """See `BudgetLedger.exchange`.

        Raises:
            InfraError: when the disk does not take the entry; then nothing was granted.
            ConfigError: when the file is damaged.
        """
        with self._locked():
            return self._ledger.exchange(ask, self._clock.monotonic())

    @property
    def given(self) -> Amount:
        """What is spent, and what may be, by everybody."""
        with self._locked():
            return self._ledger.given

    def close(self) -> None:
        """Let go of the file; closing twice is harmless."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """As the only one, knowing what the others wrote."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            self._catch_up()
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _catch_up(self) -> None:
        size = os.fstat(self._file).st_size
        if size <= self._read:
            return
        lines = os.pread(self._file, size - self._read, self._read).split(b"\n")
        for line in lines[:-1]:
            self._ledger.apply(self._entry(line))
            self._read += len(line) + 1
        if lines[-1]:
            os.ftruncate(self._file, self._read)

    def _entry(self, line: bytes) -> BudgetEntry:
        try:
            return BudgetEntry.model_validate_json(line)
        except ValidationError:
            text = f"{self._path}: damaged at byte {self._read}; restore it from a copy"
            raise ConfigError(text) from None

    def _write(self, entry: BudgetEntry) -> None:
        line = entry.model_dump_json(exclude_defaults=True).encode() + b"\n"
        try:
            written = os.write(self._file, line)
            if written != len(line):
                os.ftruncate(self._file, self._read)
                raise InfraError(f"{self._path}: cannot be written: the disk is full")
            if entry.granted != NOTHING:
                os.fdatasync(self._file)
        except OSError as error:
            raise InfraError(f"{self._path}: cannot be written: {error.strerror}") from error
        self._read += len(line)
