"""A segment: an append-only file of recorded replies, written by one process and read by many.

Frames are `key (16 bytes) | recorded at (f64) | length (u32) | crc32 of the payload (u32) | crc32 of all that (u32)`,
little-endian, then the payload. A reader goes from header to header. A frame that is torn or is still being written
ends the segment for now; what stands before it is sound.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from wardian.base.errors import InfraError
from wardian.base.numbered_file import create_numbered

__all__ = ["KEY_BYTES", "SUFFIX", "Place", "SegmentWriter", "read_payload", "scan"]

KEY_BYTES: Final = 16
SUFFIX: Final = ".replies"
FRONT: Final = struct.Struct(f"<{KEY_BYTES}sdII")
CHECK: Final = struct.Struct("<I")
HEADER_BYTES: Final = FRONT.size + CHECK.size


class Place(NamedTuple):
    """Where the payload of a frame stands, and when it was recorded (seconds since the epoch)."""

    recorded_at: float
    segment: str
    offset: int
    length: int
    checksum: int

    @property
    def end(self) -> int:
        """Where the next frame begins."""
        return self.offset + self.length


class SegmentWriter:
    """Appends frames to a new segment in `folder`, named by the next free number.

    A frame reaches the operating system before `append` returns, so it survives the death of this process;
    only `close` waits until it is on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self._descriptor, self.path = create_numbered(folder, SUFFIX)
        self._end = 0

    def append(self, key: bytes, recorded_at: float, payload: bytes) -> Place:
        """Write one frame.

        Raises:
            InfraError: when the disk does not take it; nothing of it is left then.
        """
        front = FRONT.pack(key, recorded_at, len(payload), crc32(payload))
        frame = b"".join((front, CHECK.pack(crc32(front)), payload))
        try:
            written = os.write(self._descriptor, frame)
        except OSError as error:
            raise self._lost(error.strerror) from error
        if written < len(frame):
            raise self._lost("the disk is full")
        place = Place(recorded_at, self.path.name, self._end + HEADER_BYTES, len(payload), crc32(payload))
        self._end = place.end
        return place

    def close(self) -> None:
        """Wait until everything is on the disk."""
        os.fsync(self._descriptor)
        os.close(self._descriptor)

    def _lost(self, reason: str | None) -> InfraError:
        os.ftruncate(self._descriptor, self._end)
        return InfraError(f"the reply cache cannot write to {self.path}: {reason}")


def scan(path: Path, start: int) -> Iterator[tuple[bytes, Place]]:
    """The keys and places of all whole frames of a segment from the byte `start` on. Payloads are not read."""
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        position = file.seek(start)
        while len(header := file.read(HEADER_BYTES)) == HEADER_BYTES:
            front = header[: FRONT.size]
            key, recorded_at, length, checksum = FRONT.unpack(front)
            place = Place(recorded_at, path.name, position + HEADER_BYTES, length, checksum)
            if CHECK.unpack_from(header, FRONT.size)[0] != crc32(front) or place.end > size:
                return
            yield key, place
            position = file.seek(length, os.SEEK_CUR)


def read_payload(folder: Path, place: Place) -> bytes | None:
    """What stands at `place`; None when it is damaged or gone."""
    try:
        descriptor = os.open(folder / place.segment, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        payload = os.pread(descriptor, place.length, place.offset)
    finally:
        os.close(descriptor)
    return payload if crc32(payload) == place.checksum else None
