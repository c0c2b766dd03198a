"""The fusions of a job by the names under which they are asked, and who answers in them."""

import math
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from wardian.specs.fusion.demand import Demand
from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.names import BadName, unknown
from wardian.specs.places import KeyPath

__all__ = ["DEEPEST", "PREFIX", "Panels", "Share"]

PREFIX: Final = "fusion/"
DEEPEST: Final = 2
"""A fusion of fusions, and no deeper: a panel of panels of panels is a mistake of somebody who pays for it."""


class Share(NamedTuple):
    """What one model has to do for one answer.

    Args:
        least: calls, where everybody agrees.
        most: calls, where nobody does.
        read: answers of others that it reads at most.
    """

    least: int
    most: int
    read: int

    @property
    def expected(self) -> float:
        """Calls, halfway between."""
        return (self.least + self.most) / 2


class Panels:
    """The fusions of a job.

    Args:
        fusions: by their names in the config.
        models: the names of the pool.
    """

    def __init__(self, fusions: Mapping[str, FusionSpec], models: Mapping[str, object]) -> None:
        self.specs = {f"{PREFIX}{name}": fusion for name, fusion in fusions.items()}
        self._models = models
        self._depths: dict[str, float] = {}

    def members(self, model: str) -> tuple[str, ...]:
        """Everybody of the pool who is asked when `model` is (of the pool, or `fusion/NAME`), each once."""
        spec = self.specs.get(model)
        if spec is None:
            return (model,)
        return tuple(dict.fromkeys(member for name in spec.models for member in self.members(name)))

    def asked(self, model: str) -> Iterator[tuple[str, FusionSpec]]:
        """The fusions that are asked when `model` is, itself and those within."""
        spec = self.specs.get(model)
        if spec is not None:
            yield model, spec
            for name in spec.models:
                yield from self.asked(name)

    def shares(self, model: str, *, tools: bool) -> Mapping[str, "Share"]:
        """How often everybody of the pool is asked when `model` is once, with `tools` or without."""
        spec = self.specs.get(model)
        if spec is None:
            return {model: Share(1, 1, 0)}
        demand, shares = Demand(spec), dict[str, Share]()
        for name, most in demand.most(tools=tools).items():
            least, read = demand.least(tools=tools).get(name, 0), demand.judged(tools=tools).get(name, 0)
            for member, part in self.shares(name, tools=tools).items():
                known = shares.get(member, Share(0, 0, 0))
                shares[member] = Share(
                    known.least + least * part.least, known.most + most * part.most, known.read + read * part.most
                )
        return shares

    def widest(self, model: str) -> int:
        """How many calls `model` makes at the same time at most."""
        spec = self.specs.get(model)
        return 1 if spec is None else sum(each.samples * self.widest(each.model) for each in spec.together)

    def problems(self) -> Iterator[BadName]:
        """Names that do not exist, quorums that no panel brings, fusions that ask themselves, and those too deep."""
        known = [*self._models, *self.specs]
        for name, spec in self.specs.items():
            path = "fusions", name.removeprefix(PREFIX)
            yield from (unknown((*path, *place), model, known) for place, model in spec.named if model not in known)
            yield from _missed_quorum(path, spec)
            if (depth := self._depth(name)) > DEEPEST:
                reason = "asks itself" if depth == math.inf else f"is {depth} fusions deep, {DEEPEST} are the most"
                yield BadName(path, f"it {reason}")

    def inside_out(self) -> Iterator[tuple[str, FusionSpec]]:
        """All of them, each after those that it asks."""
        yield from sorted(self.specs.items(), key=lambda each: self._depth(each[0]))

    def _depth(self, name: str) -> float:
        """How many fusions are one within the other; infinite where they lead back to one of themselves."""
        spec = self.specs.get(name)
        if spec is None:
            return 0
        if name not in self._depths:
            self._depths[name] = math.inf  # as long as it is not known: who meets it again asks itself
            self._depths[name] = 1 + max((self._depth(model) for model in spec.models), default=0)
        return self._depths[name]


def _missed_quorum(path: KeyPath, spec: FusionSpec) -> Iterator[BadName]:
    quorum, seats = spec.collect.quorum, sum(member.samples for member in spec.together)
    if isinstance(quorum, int) and quorum > seats:
        yield BadName((*path, "collect", "quorum"), f"{quorum} answers cannot come from {seats} seats")
