"""Which faults a run meets, and when: a seed decides, so that a plan can be played again.

Moments are counted in calls, not in seconds: a slow machine meets the same faults at the same places.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.specs.names import nearest

__all__ = ["ANYWHERE", "OWN_CLUSTER", "Fault", "FaultKind", "FaultPlan", "Loss", "dealt", "drawn", "parsed"]

FaultKind = Literal["worker", "coordinator", "broker", "freeze", "raylet", "gcs"]
"""What is killed with signal 9; `freeze` stops a worker for longer than its lease, and then lets it go on."""
Loss = Literal["nobody", "one worker", "all workers"]
"""Whose calls are lost with it: those of a coordinator or a broker are none, for workers outlive both."""

ANYWHERE: Final[Sequence[FaultKind]] = ("worker", "coordinator", "freeze", "broker")
OWN_CLUSTER: Final[Sequence[FaultKind]] = (*ANYWHERE, "raylet", "gcs")
"""Who kills the head of a cluster ends that cluster, so it must be one's own."""
LOSSES: Final[Mapping[FaultKind, Loss]] = {
    "worker": "one worker",
    "freeze": "one worker",
    "raylet": "all workers",
    "gcs": "all workers",
    "coordinator": "nobody",
    "broker": "nobody",
}
EARLIEST, LATEST = 0.05, 0.9
"""Parts of a run's calls: in between its faults happen."""

FaultPlan = Mapping[FaultKind, int]
"""How many of each kind."""


class Fault(Frozen):
    """Something that happens as soon as `at` calls were made, or when its victim is there after that."""

    kind: FaultKind
    at: int

    @property
    def loss(self) -> Loss:
        """Whose calls are lost with it."""
        return LOSSES[self.kind]


def dealt(number: int, kinds: Sequence[FaultKind]) -> FaultPlan:
    """`number` faults, as evenly as possible over `kinds`; the first ones get what is left over."""
    share, rest = divmod(number, len(kinds))
    return {kind: share + (place < rest) for place, kind in enumerate(kinds)}


def parsed(text: str, kinds: Sequence[FaultKind]) -> FaultPlan:
    """A plan as it is typed: `worker=20,coordinator=20`.

    Raises:
        ConfigError: when it says something else, or names a kind that is not among `kinds`.
    """
    plan: dict[FaultKind, int] = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        kind = next((kind for kind in kinds if kind == name.strip()), None)
        if kind is None:
            raise ConfigError(f"--plan: {_unknown(name.strip(), kinds)}")
        if not number.strip().isdecimal():
            raise ConfigError(f"--plan: '{part.strip()}' is not like worker=2,coordinator=1")
        plan[kind] = plan.get(kind, 0) + int(number)
    return plan


def drawn(seed: int, plan: FaultPlan, calls: int) -> list[Fault]:
    """The faults of `plan` in the order of their moments, in a run of so many `calls`.

    Each has a part of the run to itself, in which its moment is drawn: two never come together by the plan alone.
    """
    stream = random_stream(seed, "chaos")
    kinds = [kind for kind in get_args(FaultKind) for _ in range(plan.get(kind, 0))]
    stream.shuffle(kinds)
    begin, part = EARLIEST * calls, (LATEST - EARLIEST) * calls / max(len(kinds), 1)
    return [Fault(kind=kind, at=int(begin + part * (place + stream.random()))) for place, kind in enumerate(kinds)]


def _unknown(name: str, kinds: Sequence[FaultKind]) -> str:
    if name in get_args(FaultKind):
        return f"'{name}' ends the whole cluster, and this one is not the command's own"
    return f"there is no fault '{name}'; {nearest(name, kinds)}"
