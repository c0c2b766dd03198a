"""The bytes of a file that somebody hands over."""

import math
from pathlib import Path

from wardian.base.errors import ConfigError

__all__ = ["read_data"]


def read_data(path: Path, largest: float = math.inf, advice: str = "") -> bytes:
    """All of the file, `largest` bytes at most; `advice` is for who has more.

    Raises:
        ConfigError: when it cannot be read, or is larger.
    """
    try:
        if path.stat().st_size > largest:
            raise ConfigError(f"{path}: is larger than {largest / 2**20:g} MiB{advice and f'; {advice}'}")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
