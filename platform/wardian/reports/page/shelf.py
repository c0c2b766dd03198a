"""Trajectories, sixteen to a file, in files that a page can load from a disk, or in the page itself.

A page that was opened from a disk may not fetch files, only run scripts. So each file is a script of one call whose
only argument is letters and digits: the trajectories as JSON, packed with gzip, in base64. Nothing of a record is ever
the text of a script.
"""

import gzip
from base64 import b64encode
from collections.abc import Iterable
from typing import Any, Final

import orjson
from pydantic import BaseModel

from wardian.reports.failures.diagnoses import Diagnosed
from wardian.reports.page.trajectory import trajectory_of
from wardian.specs.masking import mask

__all__ = ["EPISODES", "json_of", "packed", "shelf_script"]

EPISODES: Final = 16
"""In one file. They stand in the order of the list: what one compares with each other is mostly in one file."""
LEVEL: Final = 6


def packed(episodes: Iterable[Diagnosed]) -> str:
    """The trajectories of `episodes`, as letters and digits."""
    body = json_of([trajectory_of(each) for each in episodes])
    return b64encode(gzip.compress(body, LEVEL, mtime=0)).decode()


def shelf_script(number: int, text: str) -> bytes:
    """The file with this number, which holds what is packed."""
    return f'wardianShelf({number},"{text}")\n'.encode()


def json_of(value: Any) -> bytes:
    """`value` as JSON, without anything of a key's shape: dataclasses, models, and all that is JSON already."""
    return mask(orjson.dumps(value, default=_plain).decode()).encode()


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)
