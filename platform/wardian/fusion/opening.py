"""From the config of a fusion to a client."""

from collections.abc import Mapping, Sequence
from functools import partial

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.fusion.client import FusedClient
from wardian.fusion.judging.judge import Judge, judge_seat
from wardian.fusion.modes.analysis import Analyse
from wardian.fusion.modes.best_of import BestOf
from wardian.fusion.modes.cascade import Cascade
from wardian.fusion.modes.debate import Debate
from wardian.fusion.modes.merge import Merge
from wardian.fusion.modes.mode import FusionMode
from wardian.fusion.modes.vote import Vote
from wardian.fusion.seats import Seat, seats_of
from wardian.fusion.stages import stages_of
from wardian.fusion.tariffs import UNKNOWN, Tariffs
from wardian.fusion.turns import LastResort, ToolTurns
from wardian.fusion.well_formed import WellFormed
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.fusion.modes import AnalysisSpec, FusionSpec, VoteSpec

__all__ = ["fused_client"]


def fused_client(
    name: str,
    spec: FusionSpec,
    clients: Mapping[str, ModelClient],
    clock: Clock,
    tariffs: Tariffs = UNKNOWN,
    *,
    whole_panel: bool = True,
) -> FusedClient:
    """The fusion `name`, with `clients` for everybody it may ask, and their prices.

    `whole_panel` says whether it fails with a member that never will answer, as in a run.
    """
    return FusedClient(name, spec, _turns(spec, clients), clock, tariffs, whole_panel=whole_panel)


def _turns(spec: FusionSpec, clients: Mapping[str, ModelClient]) -> FusionMode:
    """Where there are tools, what is done is decided before what is said; a cascade goes through its stages anyway."""
    if spec.mode == "cascade":
        return LastResort(WellFormed(_mode(spec, clients, ())), spec.mode)
    judge = None if spec.judge is None else _judge(spec.judge, spec.seed, clients)
    turns = ToolTurns(spec, seats_of(spec.members, clients), partial(_mode, spec, clients), judge)
    return LastResort(WellFormed(turns), spec.mode)


def _mode(spec: FusionSpec, clients: Mapping[str, ModelClient], seats: Sequence[Seat]) -> FusionMode:
    """The mode of a fusion, or of a part of its panel."""
    if spec.mode == "vote":
        return _vote(spec, clients, seats)
    if spec.mode == "best_of":
        return BestOf(spec, seats, _judge(spec.judge, spec.seed, clients))
    if spec.mode == "merge":
        return Merge(spec, seats, _judge(spec.judge, spec.seed, clients))
    if spec.mode == "cascade":
        return Cascade(spec, stages_of(spec, clients))
    if spec.mode == "debate":
        judge = None if spec.judge is None else _judge(spec.judge, spec.seed, clients)
        return Debate(spec, seats, judge)
    return Analyse(spec, seats, _judge(spec.judge, spec.seed, clients), _writer(spec, clients))


def _writer(spec: AnalysisSpec, clients: Mapping[str, ModelClient]) -> Seat | None:
    if spec.writer is None:
        return None
    return Seat("writer", clients[spec.writer], MemberSpec(model=spec.writer), "writer")


def _vote(spec: VoteSpec, clients: Mapping[str, ModelClient], seats: Sequence[Seat]) -> Vote:
    judge = None if spec.judge is None else _judge(spec.judge, spec.seed, clients)
    heir = None
    if spec.escalate_to is not None:
        heir = Seat(spec.escalate_to, clients[spec.escalate_to], MemberSpec(model=spec.escalate_to), "escalation")
    return Vote(spec, seats, judge, heir)


def _judge(spec: JudgeSpec, seed: int, clients: Mapping[str, ModelClient]) -> Judge:
    return Judge(spec, judge_seat(spec, clients), seed)
