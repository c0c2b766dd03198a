"""Asking every arm every question, and the panel only once."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Final

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.frozen import Frozen
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Origin, Request, Sampling
from wardian.fusion.failed import FusionFailed
from wardian.fusion.opening import fused_client
from wardian.fusion.seats import Seat, seats_of
from wardian.fusion.tariffs import UNKNOWN, Tariffs
from wardian.reports.fusion.arms import ArmKind, ArmSpec
from wardian.reports.fusion.marking import is_right
from wardian.reports.fusion.memory import RecordedCalls
from wardian.specs.fusion.modes import PanelFusion
from wardian.specs.questions import Question

__all__ = ["Asked", "Bench", "Everybody", "PlayedArm"]


ENVIRONMENT: Final = "prompts"
"""Whose tasks the questions are: simulated models look up there what is right."""


class Asked(Frozen):
    """One arm's answer to one question: who gave none was not right.

    Args:
        right: whether it is the known one.
        answered: whether there was one at all.
        seconds: from the question to the answer.
        cost_usd: of all calls; None when a price is unknown.
        calls: how many there were.
        degraded: whether something was not as configured.
        simulated: whether a simulator answered.
        cached: whether it came out of the reply cache, so that its time is not the models'.
        unheard: of a debate, whether a vote over the first answers, blind to each other, would have been right.
    """

    right: bool
    answered: bool = True
    seconds: float = 0.0
    cost_usd: float | None = 0.0
    calls: int = 1
    degraded: bool = False
    simulated: bool = False
    cached: bool = False
    unheard: bool | None = None


class PlayedArm(Frozen):
    """An arm's answers in the order of the questions; `draw` counts those of a member that is asked several times."""

    name: str
    kind: ArmKind
    asked: tuple[Asked, ...]
    draw: int = 0


@dataclass(frozen=True, slots=True)
class Everybody:
    """Whom a bench may ask.

    Args:
        clients: by the names under which fusions ask them.
        clock: the time.
        tariffs: their prices, by which calls are counted that were cut off.
    """

    clients: Mapping[str, ModelClient]
    clock: Clock
    tariffs: Tariffs = UNKNOWN


@dataclass(frozen=True, slots=True)
class _Arm:
    """Somebody who is asked; `place` tells the arms apart."""

    name: str
    kind: ArmKind
    place: str
    client: ModelClient
    draw: int = 0

    @property
    def key(self) -> str:
        """Its own: members share one place, for each is a draw of the panel."""
        return f"{self.place}/{self.name}/{self.draw}"


class Bench:
    """Arms over one panel, all of which hear the same answers.

    Args:
        panel: the fusion of which they are made.
        everybody: whom they may ask.
        prompt: said before each question, and before its own system message.
        sampling: how members draw their answers.
        at_once: calls that are under way at the same time.
    """

    def __init__(
        self,
        panel: PanelFusion,
        everybody: Everybody,
        *,
        prompt: str = "",
        sampling: Sampling | None = None,
        at_once: int = 16,
    ) -> None:
        self._clock, self._tariffs = everybody.clock, everybody.tariffs
        self._calls = RecordedCalls(everybody.clients, self._clock, at_once)
        self._agree = panel.agree
        self.seats = seats_of(panel.members, self._calls.clients)
        self._prompt = prompt
        self._sampling = sampling or Sampling()
        self._places = count()

    async def members(self, questions: Sequence[Question]) -> tuple[PlayedArm, ...]:
        """Every seat of the panel alone, in the panel's order.

        Raises:
            ModelError: one that ends everything: for a reason of ours, or that every further call would meet as well.
        """
        return await self._play(
            [_Arm(seat.name, "single", "panel", _Alone(seat), seat.draw) for seat in self.seats], questions
        )

    async def fusions(self, arms: Sequence[ArmSpec], questions: Sequence[Question]) -> tuple[PlayedArm, ...]:
        """Every arm in turn, on what the members have said; what they did not say yet they are asked now.

        Raises:
            ConfigError: when a fusion cannot be opened.
            ModelError: as in `members`.
        """
        named = [_Arm(arm.name, arm.kind, f"arm{next(self._places)}", self._opened(arm)) for arm in arms]
        return await self._play(named, questions)

    def _opened(self, arm: ArmSpec) -> ModelClient:
        return fused_client(arm.name, arm.spec, self._calls.clients, self._clock, self._tariffs)

    async def _play(self, arms: Sequence[_Arm], questions: Sequence[Question]) -> tuple[PlayedArm, ...]:
        """All arms on all questions, again and again as far as the recorded calls go, until nothing is lacking."""
        asked: dict[tuple[str, str], Asked] = {}
        with ThreadPoolExecutor(1) as aside:  # a loop cannot run within another one
            while open_ := [(arm, each) for each in questions for arm in arms if (arm.key, each.id) not in asked]:
                asked |= await asyncio.wrap_future(aside.submit(self._played, open_))
                await self._calls.ask()
        return tuple(
            PlayedArm(
                name=arm.name,
                kind=arm.kind,
                asked=tuple(asked[arm.key, question.id] for question in questions),
                draw=arm.draw,
            )
            for arm in arms
        )

    def _played(self, sittings: Sequence[tuple[_Arm, Question]]) -> dict[tuple[str, str], Asked]:
        played = {
            (arm.key, question.id): self._calls.play(partial(self._ask, arm, question)) for arm, question in sittings
        }
        return {key: asked for key, asked in played.items() if asked is not None}

    async def _ask(self, arm: _Arm, question: Question) -> Asked:
        request, began = self._request(arm, question), self._clock.monotonic()
        try:
            completion = await arm.client.complete(request)
        except ModelError as error:
            if error.lasting or error.cause == "infra":
                raise
            return _unanswered(error, self._clock.monotonic() - began)
        return self._marked(request, completion, question, self._clock.monotonic() - began)

    def _marked(self, request: Request, completion: Completion, question: Question, seconds: float) -> Asked:
        fusion = completion.fusion
        return Asked(
            right=is_right(completion.message, question, self._agree, request),
            seconds=seconds,
            cost_usd=completion.cost_usd,
            calls=1 if fusion is None else len(fusion.answers),
            degraded=fusion is not None and fusion.status != "ok",
            simulated=completion.simulated,
            cached=completion.timing.cached,
            unheard=None
            if (first := _first_choice(fusion)) is None
            else is_right(first, question, self._agree, request),
        )

    def _request(self, arm: _Arm, question: Question) -> Request:
        system = [Message(role="system", content=text) for text in (self._prompt, question.system) if text]
        messages = (*system, Message(role="user", content=question.prompt))
        origin = Origin(episode=question.id, task=f"{ENVIRONMENT}/{question.id}", path=f"{arm.place}/agent")
        return Request(model=arm.client.name, messages=messages, sampling=self._sampling, origin=origin)


def _unanswered(error: ModelError, seconds: float) -> Asked:
    """What it took all the same, so far as anybody knows."""
    if not isinstance(error, FusionFailed):
        return Asked(right=False, answered=False, seconds=seconds)
    result = error.result
    return Asked(
        right=False, answered=False, seconds=seconds, cost_usd=result.cost_usd, calls=len(result.answers), degraded=True
    )


def _first_choice(fusion: FusionResult | None) -> Message | None:
    """What a vote over the first round of a debate would have answered."""
    seat = "" if fusion is None or fusion.decision is None else fusion.decision.round_0
    answers = () if fusion is None else fusion.members
    return next((answer.message for answer in answers if answer.seat == seat and answer.round == 0), None)


class _Alone:
    """A seat of the panel, asked as the panel asks it."""

    def __init__(self, seat: Seat) -> None:
        self.name = seat.client.name
        self._seat = seat

    async def complete(self, request: Request) -> Completion:
        return await self._seat.client.complete(self._seat.question(request))
