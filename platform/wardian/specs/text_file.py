"""The text of a file that a user has written."""

from pathlib import Path

from wardian.base.errors import ConfigError

__all__ = ["read_text"]


def read_text(path: Path, largest: int, advice: str = "") -> str:
    """The text of `path`, of `largest` bytes at most; `advice` is for who has written more.

    Raises:
        ConfigError: when there is none, with the line where it is not UTF-8.
        FileNotFoundError: when there is no such file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    if len(data) > largest:
        raise ConfigError(f"{path}: larger than {largest // 1024} KiB{advice and f'; {advice}'}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text") from None
