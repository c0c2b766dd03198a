"""Deciding again over recorded panels: another mode or another judge, and no member is asked."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.dollars import total_usd
from wardian.base.errors import ConfigError, Failure, ModelError
from wardian.base.frozen import Frozen
from wardian.base.fused import DecidedBy, Decision, FusionResult
from wardian.base.messages import Message
from wardian.fusion.opening import fused_client
from wardian.reports.fusion.arms import JUDGED, decided_in
from wardian.reports.fusion.recorded import RecordedPanel, RecordedTurn
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.modes import AnalysisSpec, CascadeSpec, FusionSpec, Mode, PanelFusion

__all__ = ["Redecided", "again", "anew", "respecified"]

JUDGE: Final = "the judge"
"""Whoever judges: not a name of the pool, so that a judge who sits on the panel as well is not taken for a member."""

OTHERS_SHOWN: Final = Failure(
    cause="provider", kind="not_recorded", message="the recorded judge was shown other answers; name a judge"
)


class Redecided(Frozen):
    """One fused answer, decided again.

    Args:
        episode: its key.
        arm: who played it.
        task: which task.
        turn: of the episode.
        before: why what was answered was.
        after: why what would be answered is; None when nothing would.
        same: whether that says and does the same.
        identical: whether decision and answer are the same to the byte.
        said: what would be answered.
        degraded: what was not as configured this time.
        cost_usd: of the judge's calls, where a new one was asked; None when its price is unknown.
        failure: why nothing would be answered.
    """

    episode: str
    arm: str
    task: str
    turn: int
    before: Decision | None
    after: Decision | None = None
    same: bool = False
    identical: bool = False
    said: str = ""
    degraded: tuple[str, ...] = ()
    cost_usd: float | None = 0.0
    failure: Failure | None = None

    @property
    def by(self) -> DecidedBy | None:
        """What settles it now."""
        return None if self.after is None else self.after.by


def respecified(spec: FusionSpec, mode: Mode | None, judge: str | None) -> FusionSpec:
    """`spec` decided in another `mode`, or by another `judge`.

    Raises:
        ConfigError: when the mode needs a judge or a panel that is not there.
    """
    if isinstance(spec, CascadeSpec):
        if mode not in (None, "cascade"):
            raise ConfigError(f"a cascade has no panel that could be decided by {mode}")
        return spec.model_copy(update=_judged(spec.judge, judge))
    if mode == "cascade":
        raise ConfigError("a recorded panel has no stages: it cannot be decided as a cascade")
    chosen = mode or spec.mode
    if chosen in JUDGED and spec.judge is None and judge is None:
        raise ConfigError(f"the mode {chosen} needs a judge; name one with --judge")
    return decided_in(_panel(spec, judge), chosen)


def _panel(spec: PanelFusion, judge: str | None) -> PanelFusion:
    alone = {"writer": None} if isinstance(spec, AnalysisSpec) else {}
    return spec.model_copy(update={**_judged(spec.judge, judge), **alone})


def _judged(spec: JudgeSpec | None, judge: str | None) -> dict[str, Any]:
    if spec is None:
        return {} if judge is None else {"judge": JudgeSpec(model=JUDGE)}
    return {"judge": spec.model_copy(update={"model": JUDGE})}


async def again(turns: Iterable[RecordedTurn], spec: FusionSpec) -> list[Redecided]:
    """`turns` decided by the recorded judge's words."""
    decided = []
    for turn in turns:
        panel = RecordedPanel(turn.result)
        told = await _decided(turn, spec, panel, panel.others(JUDGE))
        paid_then = {"cost_usd": 0.0}
        misheard = {"after": None, "same": False, "identical": False, "said": "", "failure": OTHERS_SHOWN}
        decided.append(told.model_copy(update=paid_then | (misheard if _misheard(told) else {})))
    return decided


def _misheard(told: Redecided) -> bool:
    """Whether the recorded judge's labels are taken for other answers than it was shown, or in another order."""
    before, after = (() if each is None else each.verdicts for each in (told.before, told.after))
    shown = {verdict.shown for verdict in before}
    return any(verdict.ranking and verdict.shown not in shown for verdict in after)


async def anew(
    turns: Sequence[RecordedTurn], spec: FusionSpec, judge: ModelClient, *, at_once: int = 16
) -> list[Redecided]:
    """`turns` decided by a judge who is really asked."""
    places = asyncio.Semaphore(at_once)

    async def one(turn: RecordedTurn) -> Redecided:
        async with places:
            return await _decided(turn, spec, RecordedPanel(turn.result), judge)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(turn)) for turn in turns]
    return [task.result() for task in tasks]


async def _decided(turn: RecordedTurn, spec: FusionSpec, panel: RecordedPanel, judge: ModelClient) -> Redecided:
    clients = {**panel.members(set(spec.models) - {JUDGE}), JUDGE: judge}
    told = Redecided(episode=turn.episode, arm=turn.arm, task=turn.task, turn=turn.turn, before=turn.result.decision)
    fusion = fused_client(turn.result.name, spec, clients, SystemClock())
    try:
        completion = await fusion.complete(turn.request)
    except ModelError as error:
        return told.model_copy(update={"failure": Failure.of(error)})
    result = cast("FusionResult", completion.fusion)  # a fusion always says who said what
    same = _does(completion.message) == _does(turn.message)
    return told.model_copy(
        update={
            "after": result.decision,
            "same": same,
            "identical": same and _written(result.decision) == _written(turn.result.decision),
            "said": completion.message.content,
            "degraded": result.degraded,
            "cost_usd": total_usd(answer.cost_usd for answer in result.answers if answer.role != "member"),
        }
    )


def _does(message: Message) -> tuple[object, ...]:
    """What it says and does; ids of calls are given anew at every turn."""
    return message.content, *((call.name, call.arguments) for call in message.tool_calls)


def _written(decision: Decision | None) -> str:
    return "" if decision is None else decision.model_dump_json()
