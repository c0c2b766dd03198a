"""Frames: payloads in an append-only file, each as `length (u32) | crc32 (u32) | payload`, little-endian.

A frame that is torn or does not match its checksum ends the file: a crash in the middle of a write costs that frame
and nothing before it. Payloads are not empty: a machine that dies may leave zeros at the end of a file, and eight zeros
would be the frame of an empty payload.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final
from zlib import crc32

__all__ = ["HEADER", "frame", "frames", "hold_a_frame"]

HEADER: Final = struct.Struct("<II")


def frame(payload: bytes) -> bytes:
    """`payload` as it stands in the file.

    Raises:
        ValueError: when it is empty.
    """
    if not payload:
        raise ValueError("an empty payload has no frame")
    return HEADER.pack(len(payload), crc32(payload)) + payload


def frames(file: BinaryIO) -> Iterator[bytes]:
    """The payloads of all sound frames up to the end, or to the first that is not."""
    while len(header := file.read(HEADER.size)) == HEADER.size:
        length, checksum = HEADER.unpack(header)
        payload = file.read(length)
        if not payload or len(payload) < length or crc32(payload) != checksum:
            return
        yield payload


def hold_a_frame(data: bytes) -> bool:
    """Whether a sound frame begins anywhere in `data`, which is looked through byte by byte."""
    for start in range(len(data) - HEADER.size):
        length, checksum = HEADER.unpack_from(data, start)
        begin = start + HEADER.size
        if 0 < length <= len(data) - begin and crc32(data[begin : begin + length]) == checksum:
            return True
    return False
