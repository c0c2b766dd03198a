"""Segments: what is read back after crashes, and who writes where."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wardian.base.errors import InfraError
from wardian.models.segment import Place, SegmentWriter, read_payload, scan

KEYS = [bytes([number]) * 16 for number in range(1, 6)]
PAYLOADS = [b"x" * (number * 100) for number in range(5)]


def written(folder: Path) -> Path:
    writer = SegmentWriter(folder)
    for key, payload in zip(KEYS, PAYLOADS, strict=True):
        writer.append(key, 1.5, payload)
    writer.close()
    return writer.path


def found(path: Path, start: int = 0) -> dict[bytes, Place]:
    return dict(scan(path, start))


def test_everything_is_read_back(tmp_path: Path) -> None:
    places = found(written(tmp_path))
    assert list(places) == KEYS
    assert [read_payload(tmp_path, place) for place in places.values()] == PAYLOADS
    assert {place.recorded_at for place in places.values()} == {1.5}


def test_a_writer_knows_where_it_wrote(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path)
    places = [writer.append(key, 2.0, payload) for key, payload in zip(KEYS, PAYLOADS, strict=True)]
    writer.close()
    assert places == list(found(writer.path).values())


def test_a_segment_cut_anywhere_gives_its_whole_frames(tmp_path: Path) -> None:
    """As after the death of the writer in the middle of a write: never a wrong frame, never one too few."""
    path = written(tmp_path)
    data, ends = path.read_bytes(), [place.end for place in found(path).values()]
    for size in range(len(data) + 1):
        path.write_bytes(data[:size])
        assert list(found(path)) == [key for key, end in zip(KEYS, ends, strict=True) if end <= size]


def test_reading_goes_on_where_a_frame_was_still_being_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    data, places = path.read_bytes(), list(found(path).values())
    path.write_bytes(data[: places[2].end + 10])
    assert list(found(path)) == KEYS[:3]
    path.write_bytes(data)
    assert list(found(path, places[2].end)) == KEYS[3:]


@pytest.mark.parametrize("position", range(0, 40, 3))
def test_a_changed_byte_never_gives_a_wrong_payload(tmp_path: Path, position: int) -> None:
    path = written(tmp_path)
    data, sound = bytearray(path.read_bytes()), list(found(path).items())
    second = sound[0][1].end
    data[second + position] ^= 0xFF
    path.write_bytes(bytes(data))
    places = found(path)
    payloads = {key: read_payload(tmp_path, place) for key, place in places.items()}
    assert payloads[KEYS[0]] == PAYLOADS[0]
    assert payloads.get(KEYS[1]) is None


def test_a_segment_that_is_gone_has_nothing(tmp_path: Path) -> None:
    path = written(tmp_path)
    place = found(path)[KEYS[1]]
    path.unlink()
    assert read_payload(tmp_path, place) is None


def test_every_writer_has_a_segment_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "notes.replies").write_text("by hand")
    writers = [SegmentWriter(tmp_path) for _ in range(3)]
    assert [writer.path.name for writer in writers] == ["000001.replies", "000002.replies", "000003.replies"]
    for writer in writers:
        writer.close()


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file grows beyond `size`, as on a disk that is full: the write that reaches it is cut off."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 10, 50])
def test_a_full_disk_is_a_typed_error_and_leaves_no_torn_frame(tmp_path: Path, room: int) -> None:
    writer = SegmentWriter(tmp_path)
    place = writer.append(KEYS[0], 1.0, b"sound")
    with files_end_at(place.end + room), pytest.raises(InfraError, match=r"000001\.replies"):
        writer.append(KEYS[1], 1.0, b"x" * 1000)
    writer.append(KEYS[2], 1.0, b"sound again")
    writer.close()
    assert list(found(writer.path)) == [KEYS[0], KEYS[2]]
