"""What the agent said and did, as far as checks need it."""

from collections.abc import Iterable
from dataclasses import dataclass

from wardian.environments.brief import mentions

__all__ = ["CallNote", "Transcript"]


@dataclass(frozen=True, slots=True)
class CallNote:
    """One tool call: whether it succeeded, whether it may write, whether the user had agreed to it by then.

    `arguments` is the JSON text that the agent wrote. `action` is its number among the agent's calls and texts, from 0.
    """

    tool: str
    succeeded: bool
    writes: bool
    consented: bool
    arguments: str = ""
    action: int = 0


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
    def actions(self) -> int:
        """How many calls and texts there were."""
        return len(self.texts) + len(self.calls)

    def told(self, pattern: str) -> tuple[int, ...]:
        """The numbers of the texts, among all actions, in which `pattern` occurs."""
        taken = {note.action for note in self.calls}
        numbers = (number for number in range(self.actions) if number not in taken)
        return tuple(number for number, text in zip(numbers, self.texts, strict=False) if mentions(pattern, text))

    @property
    def succeeded(self) -> list[CallNote]:
        """The calls that did something."""
        return [note for note in self.calls if note.succeeded]
