"""Where a run is kept: logs that one process appends to, and files that are replaced whole.

A log is a series of frames (`base.frames`). It has one writer, ends at its first frame that is not sound, and is read
by anybody at any time. Its writer gets a name that nobody else has or had.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

__all__ = ["Durability", "LogWriter", "Place", "RunStore"]

Durability = Literal["process", "machine"]
"""What is safe when an append returns: against the death of this process, or also against that of its machine."""


class Place(NamedTuple):
    """Where a payload stands: in which file of which log, from which byte on, so many bytes with its header."""

    file: str
    offset: int
    length: int


class LogWriter(Protocol):
    """The writing end of a log."""

    @property
    def name(self) -> str:
        """Of the log, for `RunStore.entries` and `RunStore.delete`."""
        ...

    async def append(self, payloads: Sequence[bytes]) -> Sequence[Place]:
        """Append whole payloads or nothing; they are safe when this returns. Calls that overlap keep their order.

        Raises:
            OSError: when the store does not take them.
        """
        ...

    async def close(self) -> None:
        """Nothing more comes; what was appended is on the disk."""
        ...


class RunStore(Protocol):
    """Everything about one run that other processes must find, on this machine or another."""

    @property
    def url(self) -> str:
        """Where it is, for people."""
        ...

    @property
    def stale_s(self) -> float:
        """How long it may seem held after the death of the process that held it, in seconds."""
        ...

    def hold(self) -> None:
        """Become the only process that plays the run, until `release` or the death of this process.

        Raises:
            ConfigError: when another process is.
        """
        ...

    def release(self) -> None:
        """Let somebody else hold it."""
        ...

    def held(self) -> bool:
        """Whether some process holds it now: the run is alive, wherever it is played."""
        ...

    def create_log(self, kind: str, durability: Durability = "process") -> LogWriter:
        """A new log of this kind; its name comes after those of all older ones.

        Raises:
            OSError: when it cannot be made.
        """
        ...

    def logs(self, kind: str) -> list[str]:
        """The names of all logs of this kind, the oldest first."""
        ...

    def entries(self, log: str, after: Place | None = None) -> Iterator[tuple[Place, bytes]]:
        """The sound payloads of a log, behind a place, up to its end as it is now; nothing when it was deleted."""
        ...

    def damage(self, log: str) -> Place | None:
        """The first frame that is not sound although something stands behind it; a torn last frame is no damage."""
        ...

    def read(self, place: Place) -> bytes | None:
        """One payload; None when it is not there any more, or not sound."""
        ...

    def delete(self, log: str) -> None:
        """Forget a log; one that is not there is no error."""
        ...

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Replace a file that stands alone: readers see the old or the new one.

        Raises:
            OSError: when the store does not take it.
        """
        ...

    def get(self, name: str) -> bytes | None:
        """A whole file; None when there is none."""
        ...

    def remove(self, name: str) -> None:
        """Forget a file; one that is not there is no error."""
        ...

    def discard(self) -> None:
        """Forget the whole run, when nobody plays it."""
        ...
