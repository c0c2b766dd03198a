"""The recorded replies of a folder, by key."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Self
from weakref import WeakValueDictionary

from wardian.base.clock import Clock
from wardian.base.errors import ConfigError
from wardian.models.segment import SUFFIX, Place, SegmentWriter, read_payload, scan
from wardian.specs.cache import CacheSpec

__all__ = ["ReplyStore", "check_folder"]

PAUSE: Final = 20.0
"""So many times as long as it took, nobody looks again at what others have written: 5 % of the time at most."""


def check_folder(spec: CacheSpec) -> None:
    """Make sure that replies can be kept or, for a replay, that there are some.

    Raises:
        ConfigError: naming the folder.
    """
    folder = Path(spec.folder)
    if spec.replays and not any(folder.glob(f"*{SUFFIX}")):
        raise ConfigError(f"cache.folder: there is nothing to replay in {folder}; record a run first (mode: record)")
    if spec.mode in ("record", "read-write"):
        _make(folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cache.folder: {folder} cannot be made ({error.strerror})") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(f"cache.folder: {folder} cannot be written to")


class ReplyStore:
    """Bytes by key in a folder that several processes share, each writing a segment of its own.

    The index is read when something is looked up for the first time; who only writes has none. Where a key was
    written more than once, the newest counts.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self._index: dict[bytes, Place] = {}
        self._known_bytes: dict[str, int] = {}
        self._fresh_until: float | None = None
        self._writer: SegmentWriter | None = None
        self._asked: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def alone(self, key: bytes) -> asyncio.Lock:
        """Held by the one of this process who asks for what will be under `key`."""
        return self._asked.setdefault(key, asyncio.Lock())

    def get(self, key: bytes) -> bytes | None:
        """The newest payload under `key`; None when there is none, or when it is damaged."""
        place = self._index.get(key)
        if place is None and self._refresh():
            place = self._index.get(key)
        return None if place is None else read_payload(self.folder, place)

    def put(self, key: bytes, payload: bytes) -> None:
        """Keep `payload`.

        Raises:
            InfraError: when the disk does not take it.
        """
        writer = self._writer or self._open_writer()
        place = writer.append(key, self._clock.now(), payload)
        if self._fresh_until is not None:
            self._note(key, place)

    def close(self) -> None:
        """Wait until everything is on the disk."""
        if self._writer is not None:
            self._writer.close()

    def __enter__(self) -> Self:
        """The store itself, closed at the end of the block."""
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _open_writer(self) -> SegmentWriter:
        _make(self.folder)
        self._writer = SegmentWriter(self.folder)
        return self._writer

    def _refresh(self) -> bool:
        """Read what is new in the folder; False when somebody looked a moment ago."""
        begun = self._clock.monotonic()
        if self._fresh_until is not None and begun < self._fresh_until:
            return False
        for name in _grown(self.folder, self._known_bytes):
            with suppress(FileNotFoundError):  # somebody tidied up: what is gone is asked anew
                for key, place in scan(self.folder / name, self._known_bytes.get(name, 0)):
                    self._note(key, place)
        ended = self._clock.monotonic()
        self._fresh_until = ended + PAUSE * (ended - begun)
        return True

    def _note(self, key: bytes, place: Place) -> None:
        self._known_bytes[place.segment] = place.end
        known = self._index.get(key)
        if known is None or known.recorded_at <= place.recorded_at:
            self._index[key] = place


def _grown(folder: Path, known_bytes: dict[str, int]) -> list[str]:
    """The segments with more in them than is known, oldest first."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        sizes = {entry.name: _size(entry) for entry in entries if entry.name.endswith(SUFFIX)}
    return sorted(name for name, size in sizes.items() if size > known_bytes.get(name, 0))


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return 0
