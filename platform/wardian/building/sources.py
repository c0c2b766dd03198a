"""Which kind of source something is, and the pack that comes of it."""

import re
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.building.csv_source import read_csvs
from wardian.building.database import draft_database
from wardian.building.draft import Draft
from wardian.building.openapi.description import is_description, read_description
from wardian.building.openapi.draft import draft_api
from wardian.building.recorded.draft import draft_recorded
from wardian.building.sql_dump import read_dump
from wardian.building.sqlite_source import read_sqlite
from wardian.specs.names import IDENTIFIER
from wardian.traces.files import read_traces

__all__ = ["draft_of", "name_of", "pack_name"]

SQLITE: Final = b"SQLite format 3\x00"
DESCRIPTIONS: Final = (".yaml", ".yml", ".json")
TRACES: Final = (".json", ".jsonl", ".ndjson")
DUMPS: Final = (".sql", ".dump")
KINDS: Final = (
    "a SQLite file, an SQL dump (.sql), CSV files (.csv, or a folder of them), an OpenAPI 3 file, "
    "traces (.json, .jsonl, or a folder of them)"
)


def pack_name(name: str) -> str:
    """`name`, if a pack can be called so.

    Raises:
        ConfigError: when not.
    """
    if not re.fullmatch(IDENTIFIER, name):
        raise ConfigError(f"'{name}': a pack is called by small letters, digits and _, and begins with a letter")
    return name


def name_of(folder: Path) -> str:
    """The name of the pack in `folder`: the folder's own.

    Raises:
        ConfigError: when a pack cannot be called so.
    """
    return pack_name(folder.resolve().name)


def draft_of(source: Path, name: str) -> Draft:
    """The pack called `name` that a source gives.

    Raises:
        ConfigError: when there is no such source, or nothing can be made of it.
    """
    if not source.exists():
        raise ConfigError(f"{source}: there is no such file or folder")
    if (source.is_dir() and list(source.glob("*.csv"))) or source.suffix == ".csv":
        return draft_database(name, source.name, read_csvs(source))
    if source.is_file() and _begins_with(source, SQLITE):
        return draft_database(name, source.name, read_sqlite(source))
    if source.suffix in DESCRIPTIONS and is_description(source):
        return draft_api(read_description(source), name)
    if source.suffix in TRACES or source.is_dir():
        return draft_recorded(name, source.name, read_traces(source))
    if source.suffix in DUMPS:
        return draft_database(name, source.name, read_dump(source))
    raise ConfigError(f"{source}: is none of {KINDS}")


def _begins_with(path: Path, magic: bytes) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(magic)) == magic
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
