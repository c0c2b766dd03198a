"""Fused answers out of the record of a run, and the panels that gave them, ready to answer the same again."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.frozen import Frozen
from wardian.base.fused import Answer, FusionResult
from wardian.base.messages import Message, Origin, Request, Sampling, ToolSchema
from wardian.episodes.record import Episode
from wardian.episodes.transcribed import transcript_of

__all__ = ["RecordedPanel", "RecordedTurn", "recorded_turns"]

GIVEN_UP_S: Final = 0.05
"""Who was not waited for then is waited for so long now: what others say at once cuts it off again, if it did then."""


class RecordedTurn(Frozen):
    """One fused answer of an episode.

    Args:
        episode: its key.
        arm: who played it.
        task: which task.
        turn: of the episode, from 1.
        request: what the fusion was asked.
        message: what it answered.
        result: who said what, and why this was answered.
    """

    episode: str
    arm: str
    task: str
    turn: int
    request: Request
    message: Message
    result: FusionResult


def recorded_turns(
    episode: Episode, *, prompt: str = "", sampling: Sampling | None = None, tools: Sequence[ToolSchema] = ()
) -> Iterator[RecordedTurn]:
    """Every turn of `episode` in which a fusion answered; the record only names the agent's prompt and its tools."""
    system = (Message(role="system", content=prompt),) if prompt else ()
    asked = iter(episode.asked)
    history: list[Message] = []
    for turn in transcript_of(episode).turns:
        if turn.message.role == "assistant" and turn.asked:
            event = next(asked)
            if event.completion.fusion is not None:
                yield RecordedTurn(
                    episode=episode.spec.key,
                    arm=episode.spec.agent.name,
                    task=episode.spec.task.id,
                    turn=event.turn,
                    request=Request(
                        model=event.completion.model,
                        messages=(*system, *history),
                        tools=tuple(tools),
                        sampling=sampling or Sampling(),
                        origin=Origin(episode=episode.spec.key, task=episode.spec.task_key, path=f"t{event.turn}"),
                    ),
                    message=event.completion.message,
                    result=event.completion.fusion,
                )
        history.append(turn.message)


class RecordedPanel:
    """Everybody who was asked for a fused answer, saying the same again.

    They say it at once: whoever was heard then is heard, whoever was cut off or late then is not. By the recorded
    times it could be otherwise, for who answers a moment after the deciding one may have been heard with it.
    """

    def __init__(self, result: FusionResult) -> None:
        self._answers = tuple(map(_stated, result.answers)) if result.mode_requested == "debate" else result.answers

    def members(self, models: Iterable[str]) -> dict[str, ModelClient]:
        """Clients for `models`, each with what it said as a member and of its own answers, in the order of asking."""
        return {model: _Recorded(model, filter(_spoke(model), self._answers)) for model in models}

    def others(self, name: str) -> ModelClient:
        """A client `name` with what judge and writer said, each in its place and in no other."""
        return _Placed(name, (answer for answer in self._answers if answer.role in ("judge", "writer")))


def _stated(answer: Answer) -> Answer:
    """`answer` as it was given: of a debater's statement the record has the answer alone, and the whole beside it."""
    message = answer.message
    if not answer.round or message is None or not message.content:
        return answer
    return answer.model_copy(update={"message": Message(role="assistant", content=message.reasoning or "")})


def _spoke(model: str) -> Callable[[Answer], bool]:
    return lambda answer: answer.role in ("member", "verifier") and answer.model == model


class _Recorded:
    """Gives `answers` again, in their order, whatever it is asked."""

    def __init__(self, name: str, answers: Iterable[Answer]) -> None:
        self.name = name
        self._answers = deque(answers)

    async def complete(self, request: Request) -> Completion:
        """The next recorded answer.

        Raises:
            ModelError: the recorded one; kind "not_recorded", when nobody heard an answer then.
        """
        answer = next((each for each in self._answers if self._fits(each, request)), None)
        if answer is None:
            raise ModelError("not_recorded", f"'{self.name}' was not asked this when it was recorded")
        self._answers.remove(answer)
        if answer.failure is not None:
            raise ModelError.of(answer.failure)
        if answer.message is None or answer.state == "late":
            await asyncio.sleep(GIVEN_UP_S)
            raise ModelError("not_recorded", f"{self.name}: {answer.state}")
        return _completion(answer)

    def _fits(self, answer: Answer, request: Request) -> bool:
        del answer, request
        return True


class _Placed(_Recorded):
    """Gives again what was said on the seat that is asked: elsewhere the same words would answer another question."""

    def _fits(self, answer: Answer, request: Request) -> bool:
        return request.origin is not None and request.origin.path.endswith(f"/{answer.seat}")


def _completion(answer: Answer) -> Completion:
    return Completion(
        message=answer.message or Message(role="assistant"),
        finish=answer.finish or "stop",
        model=answer.model,
        usage=answer.usage,
        cost_usd=answer.cost_usd,
        timing=answer.timing,
        simulated=answer.simulated,
        fusion=answer.inside,
    )
