"""A completion in the words of OpenAI's API, with what a fused one cost and whose it is."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from wardian.base.analysis import Analysis
from wardian.base.completion import Completion
from wardian.base.dollars import total_usd
from wardian.base.frozen import Frozen
from wardian.base.fused import Answer, FusionResult
from wardian.base.messages import Message
from wardian.base.usage import FinishReason, Usage
from wardian.specs.gateway import UsageMode

__all__ = ["ChatAnswer", "counted", "finish_of", "fusion_headers", "headers_of", "whole"]

FINISHES: Final[dict[FinishReason, str]] = {"refusal": "content_filter"}
"""Ours that OpenAI does not know."""


class Part(Frozen):
    """What some of a fusion's calls took together; a cost of null is unknown, which is not the same as free."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None


class FusedUsage(Frozen):
    """What a fused answer took: by what the calls were for (member, judge, writer …), and by the members' models."""

    by_role: dict[str, Part]
    by_member: dict[str, Part]


class InputDetails(Frozen):
    """Of the input, what the provider had in its cache."""

    cached_tokens: int


class OutputDetails(Frozen):
    """Of the output, what was thought and not said."""

    reasoning_tokens: int


class ChatUsage(Frozen):
    """Tokens and US dollars of an answer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: InputDetails
    completion_tokens_details: OutputDetails
    cost: float | None
    fusion: FusedUsage | None = None


class SaidFunction(Frozen):
    """The called tool, and its arguments as the model wrote them."""

    name: str
    arguments: str


class SaidCall(Frozen):
    """A tool call of the model."""

    id: str
    type: str = "function"
    function: SaidFunction


class Said(Frozen):
    """The model's message."""

    role: str = "assistant"
    content: str | None
    tool_calls: tuple[SaidCall, ...] | None = None


class Choice(Frozen):
    """The one answer."""

    index: int = 0
    message: Said
    finish_reason: str
    logprobs: None = None


class FusedAnswer(Frozen):
    """How several answers became one; `analysis` is in OpenRouter's shape, where the mode makes one."""

    mode: str
    status: str
    degraded: tuple[str, ...]
    decided_by: str | None
    winner: str
    analysis: Analysis | None = None

    @classmethod
    def of(cls, fusion: FusionResult) -> "FusedAnswer":
        """Of the record."""
        decision = fusion.decision
        return cls(
            mode=fusion.mode_executed,
            status=fusion.status,
            degraded=fusion.degraded,
            decided_by=None if decision is None else decision.by,
            winner="" if decision is None else decision.winner,
            analysis=None if decision is None else decision.analysis,
        )


class ChatAnswer(Frozen):
    """A chat completion; `fusion` stands in those of several models."""

    id: str
    object: str = "chat.completion"
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: ChatUsage
    fusion: FusedAnswer | None = None


def whole(head: dict[str, Any], completion: Completion, mode: UsageMode) -> ChatAnswer:
    """The answer in one piece; `head` is its id, time and model."""
    choice = Choice(message=_said(completion.message), finish_reason=finish_of(completion))
    fused = None if completion.fusion is None else FusedAnswer.of(completion.fusion)
    return ChatAnswer(**head, choices=(choice,), usage=counted(completion, mode), fusion=fused)


def finish_of(completion: Completion) -> str:
    """Why the answer ended, as OpenAI says it."""
    return FINISHES.get(completion.finish, completion.finish)


def counted(completion: Completion, mode: UsageMode) -> ChatUsage:
    """What the answer took: the tokens of all calls or of the primary one, always the costs of all."""
    fusion = completion.fusion
    usage = completion.usage if fusion is None or mode == "total" else _primary(fusion)
    return ChatUsage(
        prompt_tokens=usage.input_tokens,
        completion_tokens=usage.output_tokens,
        total_tokens=usage.total,
        prompt_tokens_details=InputDetails(cached_tokens=usage.cached_tokens),
        completion_tokens_details=OutputDetails(reasoning_tokens=usage.reasoning_tokens),
        cost=completion.cost_usd,
        fusion=None if fusion is None else _fused(fusion),
    )


def headers_of(completion: Completion) -> list[tuple[bytes, bytes]]:
    """What is known of the answer besides its text."""
    labels = [(b"x-wardian-simulated", b"1")] if completion.simulated else []
    return labels if completion.fusion is None else [*labels, *fusion_headers(completion.fusion)]


def fusion_headers(fusion: FusionResult) -> list[tuple[bytes, bytes]]:
    """How a fusion went, whether there is an answer or not."""
    winner = "" if fusion.decision is None else fusion.decision.winner
    cost = "unknown" if fusion.cost_usd is None else f"{fusion.cost_usd:.6f}"
    told = {"status": fusion.status, "winner": winner, "cost-usd": cost}
    return [(f"x-fusion-{name}".encode(), text.encode("latin-1")) for name, text in told.items()]


def _primary(fusion: FusionResult) -> Usage:
    """Of the call whose text it is: the winner's, or the last that wrote one."""
    if fusion.winner is not None:
        return fusion.winner.usage
    wrote = [answer for answer in fusion.answers if answer.message is not None]
    return wrote[-1].usage if wrote else fusion.usage


def _fused(fusion: FusionResult) -> FusedUsage:
    return FusedUsage(
        by_role=_parts(fusion.answers, lambda answer: answer.role),
        by_member=_parts(fusion.members, lambda answer: answer.model),
    )


def _parts(answers: Iterable[Answer], name: Callable[[Answer], str]) -> dict[str, Part]:
    parts: dict[str, list[Answer]] = {}
    for answer in answers:
        parts.setdefault(name(answer), []).append(answer)
    return {key: _part(part) for key, part in parts.items()}


def _part(answers: list[Answer]) -> Part:
    usage = Usage.sum_of(answer.usage for answer in answers)
    return Part(
        calls=len(answers),
        prompt_tokens=usage.input_tokens,
        completion_tokens=usage.output_tokens,
        cost=total_usd(answer.cost_usd for answer in answers),
    )


def _said(message: Message) -> Said:
    calls = [
        SaidCall(id=call.id, function=SaidFunction(name=call.name, arguments=call.arguments))
        for call in message.tool_calls
    ]
    return Said(content=message.content or (None if calls else ""), tool_calls=tuple(calls) or None)
