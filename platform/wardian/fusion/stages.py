"""From the config of a cascade to its stages."""

from collections.abc import Mapping
from dataclasses import replace

from wardian.base.clients import ModelClient
from wardian.base.fused import Answer
from wardian.fusion.judging.judge import judge_seat
from wardian.fusion.judging.scoring import Scorer
from wardian.fusion.modes.acceptance import Acceptance, Agreed, Anything, Scored, Verified
from wardian.fusion.modes.cascade import Stage
from wardian.fusion.seats import Seat, seats_of
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.modes import AcceptSpec, CascadeSpec

__all__ = ["stages_of"]


def stages_of(spec: CascadeSpec, clients: Mapping[str, ModelClient]) -> tuple[Stage, ...]:
    """The stages of `spec`; each seat has a path of its own, whoever sits in the others."""
    stages = []
    for number, stage in enumerate(spec.stages, 1):
        seats = [replace(seat, path=f"s{number}/{seat.path}") for seat in seats_of(stage.members, clients)]
        stages.append(Stage(seats, _acceptance(stage.accept, spec, seats, clients)))
    return tuple(stages)


def _acceptance(
    accept: AcceptSpec | None, spec: CascadeSpec, seats: list[Seat], clients: Mapping[str, ModelClient]
) -> Acceptance:
    if accept is None:
        return Anything()
    if accept.kind == "agree":
        return Agreed(accept.count)
    if accept.kind == "verifier":
        return Verified(accept.verifier)
    if accept.kind == "judge_score" and spec.judge is not None:
        judge = judge_seat(spec.judge, clients)
        return Scored(Scorer(spec.judge, spec.seed, "judge"), lambda answer: judge, accept.at_least)
    return _self_verified(spec, seats, accept.at_least)


def _self_verified(spec: CascadeSpec, seats: list[Seat], at_least: float) -> Scored:
    places = {seat.name: seat for seat in seats}

    def author(answer: Answer) -> Seat:
        return places[answer.seat]

    return Scored(Scorer(JudgeSpec(model=seats[0].spec.model), spec.seed, "verifier"), author, at_least)
