"""Files with the next free number for a name, for writers that share a folder."""

import os
from pathlib import Path

__all__ = ["create_numbered"]


def create_numbered(folder: Path, suffix: str) -> tuple[int, Path]:
    """A new file to append to that nobody else writes to: whoever comes second takes the next number.

    Raises:
        OSError: when it cannot be made.
    """
    numbers = [int(path.stem) for path in folder.glob(f"*{suffix}") if path.stem.isdigit()]
    number = max(numbers, default=0)
    while True:
        number += 1
        path = folder / f"{number:06d}{suffix}"
        try:
            return os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o644), path
        except FileExistsError:
            continue
