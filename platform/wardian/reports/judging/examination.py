"""Putting gold items before a judge, exactly as a fusion would."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.dollars import total_usd
from wardian.base.fused import Answer, Verdict
from wardian.base.messages import Message, Origin, Request
from wardian.fusion.agreement import Agreement
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.judge import Judge, judge_seat
from wardian.fusion.judging.ranking import Ranking
from wardian.reports.judging.gold import GoldItem
from wardian.specs.fusion.agree import ExactAgree, ToolActionAgree
from wardian.specs.fusion.judge import JudgeSpec

__all__ = ["Examined", "examined"]

ENVIRONMENT = "prompts"
"""Whose tasks the items are: simulated judges look up there what is right."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a judge made of one item; candidates are named by their places.

    Args:
        item: what it was shown.
        best: whom it prefers in the end; None when it never said so and something else had to decide.
        verdicts: one for each order in which it saw all candidates, unread ones left out.
        confidence: its own; None when it did not say.
        conflict: whether it preferred another one in another order.
        accepts: whether it would take any.
        cost_usd: of its calls.
        simulated: whether a simulator answered.
    """

    item: GoldItem
    best: int | None
    verdicts: tuple[Verdict, ...]
    confidence: float | None
    conflict: bool
    accepts: bool
    cost_usd: float | None
    simulated: bool


async def examined(
    items: Sequence[GoldItem], spec: JudgeSpec, client: ModelClient, clock: Clock, *, at_once: int = 16
) -> list[Examined]:
    """What `client` makes of all `items` as a judge as `spec` says.

    Raises:
        ModelError: one that ends everything (behind a group): for a reason of ours, or that lasts.
    """
    places = asyncio.Semaphore(at_once)
    seat = judge_seat(spec, {spec.model: client})

    async def one(item: GoldItem) -> Examined:
        async with places:
            call = FusionCall(_request(item), AGREEMENT, clock)
            candidates = [_candidate(str(place), each.text) for place, each in enumerate(item.candidates)]
            return _examined(item, call, await Judge(spec, seat, 0).rank(call, candidates))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


AGREEMENT = Agreement(ExactAgree(kind="exact"), ToolActionAgree(kind="tool_action"))


def _request(item: GoldItem) -> Request:
    system = (Message(role="system", content=item.system),) if item.system else ()
    origin = Origin(episode=item.id, task=f"{ENVIRONMENT}/{item.id}", path="gold/judge")
    return Request(model="", messages=(*system, Message(role="user", content=item.prompt)), origin=origin)


def _candidate(seat: str, text: str) -> Answer:
    return Answer(seat=seat, model=seat, state="ok", message=Message(role="assistant", content=text), key=seat)


def _examined(item: GoldItem, call: FusionCall, ranking: Ranking) -> Examined:
    whole = [verdict for verdict in ranking.verdicts if len(verdict.shown) == len(item.candidates) and verdict.ranking]
    decided = ranking.best is not None and ranking.by == "judge"
    return Examined(
        item=item,
        best=int(ranking.best.seat) if decided and ranking.best is not None else None,
        verdicts=tuple(whole),
        confidence=ranking.confidence,
        conflict=ranking.order_conflict,
        accepts=not ranking.none_acceptable,
        cost_usd=total_usd(answer.cost_usd for answer in call.answers),
        simulated=any(answer.simulated for answer in call.answers),
    )
