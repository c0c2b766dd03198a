"""Majority vote: ask every member, return the answer that most of them gave.

Two answers are the same when they make the same tool calls, or, without calls, say the same words.
The output is a member's message verbatim; nothing is merged, so arguments stay grounded in one model's reasoning.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence

import orjson

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.dollars import total_usd
from wardian.base.errors import Failure, ModelError, boundary
from wardian.base.identity import canonical_json
from wardian.base.messages import Message, Request
from wardian.base.usage import CallTiming, Usage

__all__ = ["VoteClient"]


class VoteClient:
    """A panel that answers as one model; ties go to the member named first."""

    def __init__(self, name: str, members: Sequence[ModelClient]) -> None:
        self.name = name
        self._members = members

    async def complete(self, request: Request) -> Completion:
        """The plurality's answer, with the usage and the cost of the whole panel.

        Raises:
            ModelError: kind "all_members_failed", when no member answered; or that of a member who gave no answer
                for a reason of ours (cause "infra") or never will, since without it this is another panel.
        """
        failures: list[Failure] = []
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(_ask(member, _to_member(request, member, place), failures))
                for place, member in enumerate(self._members, 1)
            ]
        ours = next((failure for failure in failures if failure.lasting or failure.cause == "infra"), None)
        if ours is not None:
            raise ModelError.of(ours)
        answers = [answer for task in asked if (answer := task.result()) is not None]
        if not answers:
            reasons = "; ".join(failure.message for failure in failures)
            raise ModelError("all_members_failed", f"no member of '{self.name}' answered: {reasons}")
        return _joined(self.name, _plurality(answers), answers)


async def _ask(member: ModelClient, request: Request, failures: list[Failure]) -> Completion | None:
    with boundary(failures.append, cause="provider"):
        return await member.complete(request)
    return None


def _to_member(request: Request, member: ModelClient, place: int) -> Request:
    """The same question; a panel may ask one model twice, so its place says who answered what."""
    origin = None if request.origin is None else request.origin.child(str(place))
    return request.model_copy(update={"model": member.name, "origin": origin})


def _plurality(answers: Sequence[Completion]) -> Completion:
    votes = Counter(_action(answer.message) for answer in answers)
    winner, _ = votes.most_common(1)[0]
    return next(answer for answer in answers if _action(answer.message) == winner)


def _action(message: Message) -> bytes:
    """What the message would do, without ids and spacing."""
    if not message.tool_calls:
        return b"text:" + " ".join(message.content.split()).encode()
    return b"calls:" + canonical_json([[call.name, _arguments(call.arguments)] for call in message.tool_calls])


def _arguments(text: str) -> object:
    """Arguments as a value, so that key order does not split a vote; unparsable ones equal only themselves."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _joined(name: str, winner: Completion, answers: Sequence[Completion]) -> Completion:
    return Completion(
        message=winner.message,
        finish=winner.finish,
        model=name,
        usage=Usage.sum_of(answer.usage for answer in answers),
        cost_usd=total_usd(answer.cost_usd for answer in answers),
        timing=CallTiming.joined([answer.timing for answer in answers], max),
        simulated=any(answer.simulated for answer in answers),
    )
