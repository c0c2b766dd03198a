"""Judges that a test makes itself: they read what they are shown, as a model would, and say what the test wants."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.fused import Answer
from wardian.base.messages import Message, Request, ToolSchema
from wardian.base.usage import Usage
from wardian.fusion.agreement import Agreement
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.judge import Judge, judge_seat
from wardian.specs.fusion.agree import NormalizedAgree, ToolActionAgree
from wardian.specs.fusion.judge import JudgeSpec

__all__ = [
    "ASKED",
    "ASKED_TO_ACT",
    "Member",
    "Said",
    "ScriptedJudge",
    "answer",
    "call_of",
    "in_turn",
    "judge_of",
    "prefers",
    "shown",
    "verdict",
]

ASKED = Request(model="fusion/panel", messages=(Message(role="user", content="What is right?"),))
REFUND = ToolSchema(name="refund", description="", parameters={"type": "object"}, effect="write")
ASKED_TO_ACT = ASKED.model_copy(update={"tools": (REFUND,)})
CANDIDATE = re.compile(r'<candidate-(\w+) label="([^"]+)">\n(.*?)\n</candidate-\1>', re.DOTALL)

Said = str | Message | ModelError
"""An answer; an error is raised."""
Say = Callable[[Mapping[str, str]], Said]
"""What the judge says of candidates: their texts by their labels, in the order shown."""


@dataclass
class ScriptedJudge:
    """Answers every question with what `say` makes of the candidates in it, and remembers the questions."""

    say: Say
    name: str = "judge"
    asked: list[Request] = field(default_factory=list)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        said = self.say(shown(request))
        if isinstance(said, ModelError):
            raise said
        message = Message(role="assistant", content=said) if isinstance(said, str) else said
        usage = Usage(input_tokens=100, output_tokens=10)
        return Completion(message=message, finish="stop", model=self.name, usage=usage, cost_usd=0.1)


@dataclass
class Member:
    """Gives one answer, whatever it is asked; with None it fails."""

    name: str
    answer: str | Message | None

    async def complete(self, request: Request) -> Completion:
        if self.answer is None:
            raise ModelError("overloaded", f"{self.name} is not there")
        message = Message(role="assistant", content=self.answer) if isinstance(self.answer, str) else self.answer
        usage = Usage(input_tokens=100, output_tokens=50)
        return Completion(message=message, finish="stop", model=self.name, usage=usage, cost_usd=0.5)


def in_turn(*said: Said) -> Say:
    """Says one thing after the other, whatever it is shown; the last one for good."""
    left = list(said)
    return lambda candidates: left.pop(0) if len(left) > 1 else left[0]


def shown(request: Request) -> dict[str, str]:
    """The candidates in a judge's question by their labels, in the order shown."""
    return {label: text for _, label, text in CANDIDATE.findall(request.messages[1].content)}


def verdict(*ranking: str, confidence: float = 0.9, none_acceptable: bool = False) -> str:
    """A verdict as a well-behaved judge gives it."""
    return orjson.dumps({"ranking": ranking, "confidence": confidence, "none_acceptable": none_acceptable}).decode()


def answer(seat: str, text: str, weight: float = 1.0) -> Answer:
    """A member's usable answer."""
    message = Message(role="assistant", content=text)
    key = Agreement(NormalizedAgree(), ToolActionAgree(kind="tool_action")).key(message, ASKED)
    return Answer(seat=seat, model=seat, state="ok", message=message, finish="stop", key=key, weight=weight)


def call_of(request: Request = ASKED, deadline_s: float | None = None) -> FusionCall:
    """A fused answer under way."""
    return FusionCall(
        request, Agreement(NormalizedAgree(), ToolActionAgree(kind="tool_action")), SystemClock(), deadline_s
    )


def judge_of(say: Say, seed: int = 0, **said: Any) -> Judge:
    """A judge that says so."""
    spec = JudgeSpec.model_validate({"model": "judge"} | said)
    return Judge(spec, judge_seat(spec, {"judge": ScriptedJudge(say)}), seed)


def prefers(*texts: str) -> Say:
    """Ranks by what candidates say: the first of `texts` that one of them contains is best."""

    def say(candidates: Mapping[str, str]) -> str:
        return verdict(*sorted(candidates, key=lambda label: _place(candidates[label], texts)))

    return say


def _place(text: str, texts: Sequence[str]) -> int:
    return next((place for place, each in enumerate(texts) if each in text), len(texts))
