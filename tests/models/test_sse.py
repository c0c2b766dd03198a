"""Server-sent events, cut anywhere."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardian.models.sse import EventReader

STREAM = (
    b"\xef\xbb\xbf: hello\ndata: one\n\nevent: x\r\ndata:two\r\ndata: lines\r\n\r\nid:\rdata: three\r\r\n\ndata: last"
)
EVENTS = [b"one", b"two\nlines", b"three", b"last"]


def read(chunks: list[bytes]) -> list[bytes]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)] + reader.end()


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(STREAM)])
def test_pieces_of_one_size(size: int) -> None:
    assert read([STREAM[start : start + size] for start in range(0, len(STREAM), size)]) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=9))
def test_any_pieces(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    assert read([STREAM[start:end] for start, end in pairwise(places)]) == EVENTS


def test_comments_are_no_events() -> None:
    assert read([b": keep-alive\n\n", b": again\n\n"]) == []


def test_a_long_event_in_small_chunks_takes_no_longer_than_its_bytes() -> None:
    reader = EventReader()
    began = process_time()
    assert reader.feed(b"data: ") == []
    for size in range(1, 2_001):
        assert reader.feed(b"x" * 4_096) == []
        assert reader.waiting == 6 + size * 4_096
    assert reader.feed(b"\n\n") == [b"x" * 4_096 * 2_000]
    assert process_time() - began < 1
    assert reader.waiting == 0


def test_a_line_end_may_be_cut_in_the_middle() -> None:
    reader = EventReader()
    pieces = (b"data: a\r", b"\ndata: b", b"\r", b"\r", b"data: c", b"\r\r")
    assert [event for piece in pieces for event in reader.feed(piece)] + reader.end() == [b"a\nb", b"c"]


def test_an_event_of_many_lines_counts_its_empty_ones() -> None:
    reader = EventReader()
    began = process_time()
    for _ in range(500):
        assert reader.feed(b"data:\n" * 1_000) == []
    assert reader.waiting == 500 * 1_000 * 5
    assert process_time() - began < 2
