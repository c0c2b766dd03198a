"""The calls that other processes left behind."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from wardian.base.frames import HEADER, frames
from wardian.runs.steps.journal import SUFFIX
from wardian.runs.steps.step import RecordedStep, decoded, episode_in

__all__ = ["Archive"]


class _Place(NamedTuple):
    path: Path
    offset: int


class Archive:
    """An index of the files in `folder`: where the calls of each episode stand.

    A file ends at its first frame that is not sound. What stands behind it is asked again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, list[_Place]] = {}
        self.look()

    def look(self) -> None:
        """Read the folder anew."""
        places = defaultdict(list)
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            with suppress(FileNotFoundError):  # its writer needs it no more
                for episode, place in _scan(path):
                    places[episode].append(place)
        self._places = dict(places)

    def steps(self, episode: str) -> list[RecordedStep]:
        """What was recorded of `episode`, in the order of writing; only the first time it is asked."""
        places = self._places.pop(episode, ())
        return [step for place in places if (step := _read(place)) is not None]


def _scan(path: Path) -> Iterator[tuple[str, _Place]]:
    offset = 0
    with open(path, "rb") as file:
        for payload in frames(file):
            yield episode_in(payload), _Place(path, offset)
            offset += HEADER.size + len(payload)


def _read(place: _Place) -> RecordedStep | None:
    try:
        with open(place.path, "rb") as file:
            file.seek(place.offset)
            return decoded(next(frames(file), b""))
    except FileNotFoundError:
        return None
