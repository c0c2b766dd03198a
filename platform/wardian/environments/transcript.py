"""What the agent said and did, as far as checks need it."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["CallNote", "Transcript"]


@dataclass(frozen=True, slots=True)
class CallNote:
    """One tool call: whether it succeeded, whether it may write, whether the user had agreed to it by then.

    `arguments` is the JSON text that the agent wrote.
    """

    tool: str
    succeeded: bool
    writes: bool
    consented: bool
    arguments: str = ""


class Transcript:
    """The agent's texts and calls in order."""

    def __init__(self, texts: Iterable[str] = (), calls: Iterable[CallNote] = ()) -> None:
        self.texts = list(texts)
        self.calls = list(calls)

    @property
    def spoken(self) -> str:
        """All that the agent said to the user."""
        return "\n".join(self.texts)

    @property
    def succeeded(self) -> list[CallNote]:
        """The calls that did something."""
        return [note for note in self.calls if note.succeeded]
