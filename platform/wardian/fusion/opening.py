"""From the config of a fusion to a client."""

from collections.abc import Mapping

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.errors import ConfigError
from wardian.fusion.client import FusedClient
from wardian.fusion.judging.judge import Judge, judge_seat
from wardian.fusion.modes.best_of import BestOf
from wardian.fusion.modes.mode import FusionMode
from wardian.fusion.modes.vote import Vote
from wardian.fusion.seats import seats_of
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.modes import FusionSpec

__all__ = ["fused_client"]


def fused_client(name: str, spec: FusionSpec, clients: Mapping[str, ModelClient], clock: Clock) -> FusedClient:
    """The fusion `name`, with `clients` for everybody it may ask."""
    return FusedClient(name, spec, _mode(spec, clients), clock)


def _mode(spec: FusionSpec, clients: Mapping[str, ModelClient]) -> FusionMode:
    if spec.mode == "vote":
        return Vote(spec, seats_of(spec.members, clients))
    if spec.mode == "best_of":
        return BestOf(spec, seats_of(spec.members, clients), _judge(spec.judge, spec.seed, clients))
    raise ConfigError(f"the mode '{spec.mode}' is not built yet")


def _judge(spec: JudgeSpec, seed: int, clients: Mapping[str, ModelClient]) -> Judge:
    return Judge(spec, judge_seat(spec, clients), seed)
