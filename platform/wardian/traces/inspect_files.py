"""The two files that a log of Inspect's may be: a zip archive with one JSON file a sample (`.eval`), or one JSON text.

What has to stand elsewhere than it is known waits in a file meanwhile, so that memory does not grow with the number of
samples (but for the archive's own list of files, some hundred bytes each).
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import orjson

from wardian.base.errors import ConfigError
from wardian.specs.masking import mask
from wardian.traces.inspect_sample import sample_summary

__all__ = ["ARCHIVE", "SAMPLES", "SCHEMA", "TEXT", "LogFile", "log_file", "samples_of_archive"]

ARCHIVE: Final = ".eval"
TEXT: Final = ".json"
SCHEMA: Final = 2
SAMPLES: Final = "samples"

Document = Mapping[str, Any]


class LogFile(Protocol):
    """A log while it is written; nothing of a key's shape gets into it."""

    def add(self, sample: Document) -> None:
        """Write one sample."""
        ...

    def finish(self, header: Document) -> None:
        """Write what all samples have in common."""
        ...


@contextmanager
def log_file(path: Path, start: Document) -> Iterator[LogFile]:
    """A new one at `path`, an archive unless it is called .json; `start` says what is known before any sample."""
    with tempfile.TemporaryFile() as waiting:
        if path.suffix == TEXT:
            with path.open("wb") as file:
                yield _Text(file, waiting)
        else:
            with ZipFile(path, "w", ZIP_DEFLATED) as archive:
                archive.writestr("_journal/start.json", orjson.dumps(start))
                yield _Archive(archive, waiting)


class _List:
    """A JSON list in a file, one member a line."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._opening = b"["

    def add(self, content: Document) -> None:
        self._file.write(self._opening + b"\n" + _masked(content))
        self._opening = b","

    def copy_to(self, other: IO[bytes]) -> None:
        self._file.write(b"[]" if self._opening == b"[" else b"\n]")
        self._file.seek(0)
        shutil.copyfileobj(self._file, other)


class _Archive:
    """Summaries wait for the end."""

    def __init__(self, archive: ZipFile, waiting: IO[bytes]) -> None:
        self._zip = archive
        self._summaries = _List(waiting)

    def add(self, sample: Document) -> None:
        self._zip.writestr(f"{SAMPLES}/{sample['id']}_epoch_{sample['epoch']}.json", _masked(sample))
        self._summaries.add(sample_summary(sample))

    def finish(self, header: Document) -> None:
        with self._zip.open("summaries.json", "w", force_zip64=True) as member:
            self._summaries.copy_to(member)
        self._zip.writestr("header.json", orjson.dumps(header))


class _Text:
    """Samples wait for the header: whoever wants no more than that need not read them."""

    def __init__(self, file: IO[bytes], waiting: IO[bytes]) -> None:
        self._file = file
        self._samples = _List(waiting)

    def add(self, sample: Document) -> None:
        self._samples.add(sample)

    def finish(self, header: Document) -> None:
        self._file.write(orjson.dumps(header)[:-1] + f',"{SAMPLES}":'.encode())
        self._samples.copy_to(self._file)
        self._file.write(b"}\n")


def _masked(content: Document) -> bytes:
    return mask(orjson.dumps(content).decode()).encode()


def samples_of_archive(path: Path) -> Iterator[Any]:
    """The samples in an archive, one at a time.

    Raises:
        ConfigError: when it cannot be read.
    """
    try:
        with ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith(f"{SAMPLES}/") and name.endswith(".json"):
                    yield orjson.loads(archive.read(name))
    except (BadZipFile, NotImplementedError) as error:
        raise ConfigError(f"{path}: is no log of Inspect's that can be read here ({error})") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
