"""Who says that it plays a run, and when each of them gave its last sign."""

from typing import Final

from wardian.storage.objects import Objects

__all__ = ["Claims"]

FOLDER: Final = "owner"
BEAT: Final = ".beat"


class Claims:
    """The claims in a run's store: an object `owner/TOKEN` each, and `owner/TOKEN.beat`, rewritten as a sign of life.

    A claim is written once: if it is deleted, a late sign of its process does not bring it back.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def write(self, token: str, who: str) -> None:
        """Claim the run; `who` is for people."""
        self._objects.put(f"{FOLDER}/{token}", who.encode())

    def beat(self, token: str) -> None:
        """Give a sign of life."""
        self._objects.put(f"{FOLDER}/{token}{BEAT}", b"")

    def remove(self, token: str) -> None:
        """Delete a claim, the claim itself first."""
        self._objects.delete(f"{FOLDER}/{token}")
        self._objects.delete(f"{FOLDER}/{token}{BEAT}")

    def signs(self) -> dict[str, float]:
        """The last sign of each claim, in epoch seconds by the store's clock."""
        written = dict(self._objects.objects(FOLDER))
        return {
            token: max(at, written.get(token + BEAT, at)) for token, at in written.items() if not token.endswith(BEAT)
        }

    def who(self, token: str) -> str:
        """What the claim says of its process."""
        return (self._objects.get(f"{FOLDER}/{token}") or b"gone by now").decode(errors="replace")
