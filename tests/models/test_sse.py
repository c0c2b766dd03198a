"""Server-sent events, cut anywhere."""

from itertools import pairwise

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
