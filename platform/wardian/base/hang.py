"""Work of others that takes too long, as a value and as an error."""

from typing import Final, NamedTuple

from wardian.base.errors import Cause, WardianError
from wardian.base.frozen import Frozen

__all__ = ["Allowed", "Doing", "Hang", "Hung", "Who"]

NAME_CHARACTERS: Final = 64


class Who(NamedTuple):
    """An episode, by its key, and its task as "environment/task"."""

    episode: str
    task: str


class Allowed(NamedTuple):
    """How many seconds one piece of work may take, the key in the config that says so, and who is to blame for more.

    `seconds` may be infinite; `noun` is what does the work, in one word.
    """

    key: str
    seconds: float
    noun: str = "tool"
    cause: Cause = "environment"


Doing = tuple[Who, str, Allowed]
"""For whom, the name of the tool or method, how long it may take. Every call makes a new one: it is told from others by
its identity. A tuple because nothing costs less."""


class Hang(Frozen):
    """Work that took more than `seconds`: `what` (a tool or method) of an episode, by its key.

    `limit` is the key in the config that allows no more. What was `blocking` held up its whole process, and stood at
    `place`, a "file:line".
    """

    episode: str
    task: str
    what: str
    limit: str
    seconds: float
    blocking: bool
    place: str = ""

    @classmethod
    def of(cls, doing: Doing, *, blocking: bool, place: str = "") -> "Hang":
        """That of what was being done."""
        (episode, task), what, (limit, seconds, *_) = doing
        named = " ".join(what.split())[:NAME_CHARACTERS]  # an agent may have made it up
        known = {"episode": episode, "task": task, "what": named, "limit": limit, "seconds": seconds}
        return cls.model_validate({**known, "blocking": blocking, "place": place})

    @property
    def line(self) -> str:
        """What happened, for people."""
        did = "blocked its process" if self.blocking else "went on"
        at = f", at {self.place}" if self.place else ""
        return f"'{self.what}' of {self.task} {did} for more than {self.seconds:g} s ({self.limit}){at}"


class Hung(WardianError):
    """Work took too long and was ended, while it awaited something or (`blocking`) held up its process."""

    def __init__(self, doing: Doing, *, blocking: bool, place: str = "") -> None:
        self.hang = Hang.of(doing, blocking=blocking, place=place)
        self.cause = doing[2].cause
        self._kind = f"{doing[2].noun}_{'hung' if blocking else 'timeout'}"
        super().__init__(self.hang.line)

    @property
    def kind(self) -> str:
        """Such as "tool_timeout", or "tool_hung" for what was blocking."""
        return self._kind
