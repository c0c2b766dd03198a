"""From a question to a value, step by step: in which form to ask, and what to make of the answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Generic, Literal, TypeVar

from wardian.base.frozen import JsonValue
from wardian.base.fused import Answer, AnswerRole
from wardian.base.messages import Message, Request, ResponseSchema, ToolSchema
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.salvage import readings, salvaged, whole
from wardian.fusion.seats import Seat
from wardian.models.lenient import as_object

__all__ = ["UNSUPPORTED", "Heard", "Ladder", "Trouble"]

T = TypeVar("T")

Trouble = Literal[
    "",
    "judge_context_overflow",
    "judge_contradicts_itself",
    "judge_empty_completion",
    "judge_label_only",
    "judge_not_valid_json",
    "judge_refused",
    "judge_schema_mismatch",
    "judge_skipped_budget",
    "judge_timeout",
    "judge_upstream_error",
    "rate_limited",
]
"""Why there is no value, or only a guess; where OpenRouter's fusion has a code for it, that code."""

TROUBLES: Final[dict[str, Trouble]] = {
    "empty": "judge_empty_completion",
    "refused": "judge_refused",
    "rate_limited": "rate_limited",
    "timeout": "judge_timeout",
    "skipped_budget": "judge_skipped_budget",
}
UNSUPPORTED: Final = frozenset({"bad_request", "not_found", "unparsable_output"})
"""Failures after which another form of the same question may do."""
READABLE: Final = frozenset({"ok", "truncated"})


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    """What was made of a judge's words.

    Args:
        value: None when nothing could be.
        by: which step of the ladder made sense of them.
        trouble: why there is no value, or only a guess.
    """

    value: T | None
    by: str = ""
    trouble: Trouble = ""


@dataclass(frozen=True, slots=True)
class Ladder(Generic[T]):
    """The steps for one kind of answer; a failure at one leads to the next, and never to an error.

    Args:
        shape: what the answer must look like.
        read: the value in JSON; None when it is another shape.
        guess: the value in plain words, where they leave no doubt.
        repair: how often an answer that cannot be read is asked for again.
        role: what the calls are for.
    """

    shape: ResponseSchema
    read: Callable[[JsonValue], T | None]
    guess: Callable[[str], T | None]
    repair: int
    role: AnswerRole = "judge"

    async def climb(self, call: FusionCall, seat: Seat, question: Request) -> Heard[T]:
        """Ask until there is a value, or nothing is left to try."""
        form, asked, answer = await self._first(call, seat, question)
        heard = self._heard(answer, form)
        texts = _clear(answer, heard)
        for attempt in range(1, self.repair + 1):
            if heard.value is not None or heard.trouble in _HOPELESS:
                break
            again = _again(asked, answer, self.shape, heard.trouble)
            answer = await call.ask(_at(seat, f"repair{attempt}"), again, role=self.role)
            repaired = self._heard(answer, "repair_call")
            texts += _clear(answer, repaired)
            heard = self._repaired(heard, repaired)
        return heard if heard.value is not None else self._guessed(texts, heard.trouble)

    async def _first(self, call: FusionCall, seat: Seat, question: Request) -> tuple[str, Request, Answer]:
        """The first answer to a form of the question that its provider understands."""
        for form, asked in _forms(question, self.shape):
            place = seat if form == "json_schema" else _at(seat, form)
            answer = await call.ask(place, asked, role=self.role)
            if answer.failure is None or answer.failure.kind not in UNSUPPORTED:
                break
        return form, asked, answer

    def _heard(self, answer: Answer, form: str) -> Heard[T]:
        if answer.state not in READABLE:
            return Heard(None, trouble=_trouble(answer))
        text = _said(answer)
        exact = whole(text)
        if exact is not None and (value := self.read(exact)) is not None:
            return Heard(value, form)
        if len(readings(text, self.read)) > 1:  # one of them may be what a candidate would like to hear
            return Heard(None, trouble="judge_contradicts_itself")
        found = [value for value in (exact, *salvaged(text)) if isinstance(value, dict)]
        for value in map(self.read, found):
            if value is not None:
                return Heard(value, "repair_call" if form == "repair_call" else "text_repair")
        return Heard(None, trouble="judge_schema_mismatch" if found else "judge_not_valid_json")

    def _repaired(self, before: Heard[T], after: Heard[T]) -> Heard[T]:
        """A repair that failed for another reason leaves the first trouble."""
        return after if after.value is not None or after.trouble not in _HOPELESS else before

    def _guessed(self, texts: list[str], trouble: Trouble) -> Heard[T]:
        for text in reversed(texts):
            if (value := self.guess(text)) is not None:
                return Heard(value, "label_regex", "judge_label_only")
        return Heard(None, trouble=trouble)


_HOPELESS: Final[frozenset[Trouble]] = frozenset(
    {
        "judge_context_overflow",
        "judge_refused",
        "judge_skipped_budget",
        "judge_timeout",
        "judge_upstream_error",
        "rate_limited",
    }
)
"""Asking again at once would not help: its client has tried that already."""


def _clear(answer: Answer, heard: Heard[T]) -> list[str]:
    """Its words, where it does not say two things at once: out of the rest nobody guesses."""
    return [] if heard.trouble == "judge_contradicts_itself" else [_said(answer)]


def _trouble(answer: Answer) -> Trouble:
    """Why there are no words at all."""
    if answer.failure is not None and answer.failure.kind == "context_overflow":
        return "judge_context_overflow"
    return TROUBLES.get(answer.state, "judge_upstream_error")


def _forms(question: Request, shape: ResponseSchema) -> Iterator[tuple[str, Request]]:
    """The question as a provider may understand it, from the strictest form to the plainest."""
    yield "json_schema", question.model_copy(update={"response_schema": shape})
    tool = ToolSchema(name=shape.name, description="Hand in your answer.", parameters=shape.json_schema)
    said = _with(question, f"Hand in your answer by a call of the tool `{shape.name}`, and in no other way.")
    yield "tool_call", said.model_copy(update={"response_schema": None, "tools": (tool,), "must_call": True})
    yield "json_object", question.model_copy(update={"response_schema": None})


def _again(asked: Request, answer: Answer, shape: ResponseSchema, trouble: Trouble) -> Request:
    """The question once more, with what was answered and what is wrong with it."""
    keys = ", ".join(f'"{key}"' for key in as_object(shape.json_schema["properties"]))
    wrong = {
        "judge_contradicts_itself": "Your answer held several JSON objects that differ.",
        "judge_empty_completion": "Your answer was empty.",
        "judge_schema_mismatch": "Your answer was JSON, but not with the keys and values that were asked for.",
    }.get(trouble, "Your answer was no JSON.")
    said = _said(answer)
    complaint = f"{wrong} Answer again with nothing but the JSON object, with the keys {keys}."
    if not said:
        return _with(asked, complaint)
    messages = (Message(role="assistant", content=said), Message(role="user", content=complaint))
    return asked.model_copy(update={"messages": (*asked.messages, *messages)})


def _with(question: Request, text: str) -> Request:
    """The question with more at its end."""
    *before, last = question.messages
    longer = last.model_copy(update={"content": f"{last.content}\n\n{text}"})
    return question.model_copy(update={"messages": (*before, longer)})


def _said(answer: Answer) -> str:
    """What it hands in: the arguments of its call, or its text."""
    message = answer.message or Message(role="assistant")
    return message.tool_calls[0].arguments if message.tool_calls else message.content


def _at(seat: Seat, step: str) -> Seat:
    """Each call has a name and a path of its own."""
    return replace(seat, name=f"{seat.name}/{step}", path=f"{seat.path}/{step}")
