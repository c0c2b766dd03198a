"""What the simulated user knows and wants: the private half of a task, never shown to the agent."""

import re
from functools import cache, cached_property
from typing import Annotated, Literal

import orjson
from pydantic import Field

from wardian.base.frozen import Frozen, JsonObject
from wardian.base.messages import ToolCall

__all__ = ["Brief", "Correction", "Deed", "Fact", "Request", "Wish", "mentions"]

_FIELD = re.compile(r"\{(\w+)\}")
_UNESCAPED = re.compile(r"(\\N\{[^}]*\}|\\.|\(\?P)|.", re.DOTALL)
"""A piece of a pattern; the first group holds those whose meaning depends on capitals, such as `\\W`."""


def mentions(pattern: str, text: str) -> bool:
    """Whether `pattern` (a regular expression) occurs in `text`, without regard to case; `^` begins any line."""
    return _compiled(pattern).search(text.lower()) is not None


@cache  # re's own cache holds 512 patterns: fewer than a large pack has
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern in small letters, for texts in small letters: that takes less time than `re.IGNORECASE`."""
    return re.compile(_UNESCAPED.sub(lambda found: found[0] if found[1] else found[0].lower(), pattern), re.MULTILINE)


class Fact(Frozen):
    """Something that the agent may ask for.

    `asked` recognises the question. `answer` is a whole sentence, `bare` just the value for people of few
    words. When `known` is False the answer says so ("I do not remember which email I used.").
    """

    name: str
    asked: str
    answer: str
    bare: str = ""
    known: bool = True
    mistaken: str = ""
    """What people say at first who are confused about it; asked again they say what is true."""


class Deed(Frozen):
    """Something that the user can do with their own tools, when they are told to.

    `asked` recognises the instruction ("please restart it", "then restart it", never "do not restart it"); its named
    groups become arguments (in small letters) beside `arguments`. `reports` and `fails` are what the user says then;
    `{name}` stands for a field of the answer, `{answer}` for all of it. When the report matches `settles`, the user is
    content: the request is settled. Who is confused about it does nothing at first and says `mistaken`.
    """

    name: str
    asked: str
    tool: str
    arguments: JsonObject = {}
    reports: str = "Okay, I did that: {answer}"
    fails: str = "That did not work: {message}"
    settles: str = ""
    mistaken: str = ""

    def call(self, instruction: str) -> ToolCall | None:
        """What the user does when told so; None when it is about something else."""
        found = _compiled(self.asked).search(instruction.lower())
        if found is None:
            return None
        given = {name: value for name, value in found.groupdict().items() if value is not None}
        arguments = orjson.dumps({**self.arguments, **given}).decode()
        return ToolCall(id=f"user_{self.name}", name=self.tool, arguments=arguments)

    def report(self, text: str, error: str | None) -> str:
        """What the user says of the answer of their tool."""
        answer = orjson.loads(text) if text[:1] == "{" else {}
        fields = answer["error"] if error else answer
        said = self.fails if error else self.reports
        return _FIELD.sub(lambda found: str(fields.get(found[1], text)), said)


class Correction(Frozen):
    """A proposal that names `wrong` and does not name `right` is not what the user meant."""

    wrong: str
    right: str
    say: str

    def applies(self, proposal: str) -> bool:
        """Whether `proposal` needs correcting."""
        return mentions(self.wrong, proposal) and not mentions(self.right, proposal)


class Wish(Frozen):
    """Something that the user wants to hear: `said` recognises it. Asked for once, before the user lets go.

    `about` recognises that the agent has spoken of it, rightly or wrongly: then the user does not ask again.
    """

    name: str
    said: str
    ask: str
    about: str = ""

    def heard_in(self, text: str) -> bool:
        """Whether `text` says it."""
        return mentions(self.said, text)

    def touched_in(self, text: str) -> bool:
        """Whether `text` speaks of it at all."""
        return self.heard_in(text) or (bool(self.about) and mentions(self.about, text))


class Request(Frozen):
    """One thing that the user wants.

    An `action` needs the user's consent and ends when the agent reports it done; a `question` ends when
    its wishes have been heard; something `refused` ends when the agent has said no; a `handover` ends with
    the transfer to a colleague.
    """

    opening: str
    detail: str
    """The whole request again, for an agent that asks something unforeseen."""
    kind: Literal["action", "question", "refused", "handover"] = "action"
    facts: tuple[Fact, ...] = ()
    corrections: tuple[Correction, ...] = ()
    wishes: tuple[Wish, ...] = ()
    terms: str = ""
    """Recognises that the agent has said what it is about to do: before that nobody agrees to "shall I go ahead?"."""
    fallback: str = ""
    """What the user says when told that it is not possible: a second choice, or a last attempt."""


class Brief(Frozen):
    """A user's whole business: who they are, and their requests, raised one after the other."""

    identity: tuple[Fact, ...] = ()
    requests: Annotated[tuple[Request, ...], Field(min_length=1)]
    deeds: tuple[Deed, ...] = ()

    @cached_property
    def identity_names(self) -> frozenset[str]:
        """The names of the facts that prove who the user is."""
        return frozenset(fact.name for fact in self.identity)
