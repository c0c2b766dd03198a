"""The objects that make up a log, and what stands in them.

A log is a folder of objects named `NUMBER-AFTER`: the number of the object that it follows stands in the name. A put
whose answer was lost may have been made, and may even come to light late. The next put gets a number of its own and
follows the last one that succeeded, so a reader skips what was lost between. Object 0 is empty and written first:
without it there is no log. Any other empty object is the log's end.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Final, NamedTuple

from wardian.base.frames import HEADER, frames
from wardian.base.store import Place

__all__ = ["FIRST", "Chain", "Torn", "chain", "object_name", "places", "torn"]

NAME: Final = re.compile(r"(\d{8,})-(\d{8,})")


def object_name(number: int, after: int) -> str:
    """The name of the object with this number that follows another."""
    return f"{number:08d}-{after:08d}"


FIRST: Final = object_name(0, 0)


class Chain(NamedTuple):
    """A log's objects after the first, in order; `missing` is the next one, if it is gone but others are behind it."""

    names: tuple[str, ...]
    missing: str | None = None

    def since(self, name: str) -> "Chain":
        """What of it is not before this one."""
        return Chain(tuple(each for each in self.names if each >= name), self.missing)


class Torn(NamedTuple):
    """A frame that is not sound; `behind` says whether its object goes on after it."""

    place: Place
    behind: bool


def chain(names: Iterable[str]) -> Chain:
    """What of a folder is the log. Of several objects that follow the same one, the latest was acknowledged."""
    numbers = sorted((int(match[1]), int(match[2])) for name in names if (match := NAME.fullmatch(name)))
    if not numbers or numbers[0] != (0, 0):
        return Chain(())
    following = {after: number for number, after in numbers[1:]}
    found, last = list[str](), 0
    while last in following:
        found.append(object_name(following[last], last))
        last = following[last]
    unreached = min((after for after in following if after > last), default=None)
    return Chain(tuple(found), None if unreached is None else object_name(unreached, last))


def places(name: str, data: bytes) -> Iterator[tuple[Place, bytes]]:
    """The sound payloads at the beginning of an object, and where they stand."""
    offset = 0
    for payload in frames(BytesIO(data)):
        place = Place(name, offset, HEADER.size + len(payload))
        offset += place.length
        yield place, payload


def torn(name: str, data: bytes) -> Torn | None:
    """The first frame of an object that is not sound; an empty object has one that is missing."""
    end = sum(place.length for place, _ in places(name, data))
    if end == len(data) > 0:
        return None
    header = data[end : end + HEADER.size]
    length = HEADER.size + (HEADER.unpack(header)[0] if len(header) == HEADER.size else 0)
    return Torn(Place(name, end, length), behind=end + length < len(data))
