"""Episodes that took a process with them, by notes in the folder of their run: nobody plays them again."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from wardian.base.errors import Failure
from wardian.base.hang import Hang
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.scoring.score import Scored

__all__ = ["HangNotes"]

SUFFIX = ".json"


class HangNotes:
    """The notes in `folder`, a file for each. None, or a folder of a run that this machine does not see: no notes."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[str, Hang] = {}
        self.look()

    def look(self) -> None:
        """See what other processes have noted."""
        paths = self._folder.glob(f"*{SUFFIX}") if self._folder is not None else ()
        self._known = {hang.episode: hang for path in paths if (hang := _read(path)) is not None}

    def note(self, hang: Hang) -> None:
        """Leave a note, in the last moment of this process: what does not work is no trouble any more."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            fresh = self._folder / f".{hang.episode}.{os.getpid()}"
            fresh.write_text(hang.model_dump_json(indent=2), encoding="utf-8")
            fresh.replace(self._folder / f"{hang.episode}{SUFFIX}")

    def last_word(self, hang: Hang) -> None:
        """Leave a note, and a line for whoever looks."""
        self.note(hang)
        sys.stderr.write(f"\nwardian: {hang.line}; nothing but the end of the process ends it; resume leaves it out\n")
        sys.stderr.flush()

    def result(self, spec: EpisodeSpec, now: float) -> Scored | None:
        """The result of an episode that there is a note of; it is missing. None for all others."""
        hang = self._known.get(spec.key)
        if hang is None:
            return None
        message = f"{hang.line}, and had to be ended with it"
        failure = Failure(cause="environment", kind="tool_hung", message=message)
        return Scored(episode=Episode(spec=spec, events=(), stop="failed", failure=failure, started_at=now))


def _read(path: Path) -> Hang | None:
    with suppress(OSError, ValidationError):
        return Hang.model_validate_json(path.read_bytes())
    return None
