"""Pairs of results for gates, as plain as they come."""

from collections.abc import Iterable
from typing import Any

from wardian.base.bundle import Bundle
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.pairs import Pair
from wardian.scoring.result import Result
from wardian.specs.refinement import GateSpec

CHAMPION = Bundle(agent="support", texts={"system": "Help."})
CANDIDATE = Bundle(agent="support", texts={"system": "Help. Ask before you write."})


def result(value: float | None, number: int = 0, *, arm: str = "champion", **more: Any) -> Result:
    """A result with this success; missing where it is None. `values` come beside it."""
    values: dict[str, float] = dict(more.pop("values", {}))
    return Result(
        arm=arm,
        environment="shop",
        task=f"t{number % 10}",
        seed=number,
        repeat=number,
        missing="provider" if value is None else None,
        values=values if value is None else {"success": value, **values},
        **more,
    )


def pair(champion: float | None, candidate: float | None, number: int = 0) -> Pair:
    """A pair with these successes."""
    return Pair(number, result(champion, number), result(candidate, number, arm="candidate"))


def pairs(outcomes: Iterable[tuple[float | None, float | None]]) -> list[Pair]:
    """Pairs in a row."""
    return [pair(champion, candidate, number) for number, (champion, candidate) in enumerate(outcomes)]


def gate(spec: GateSpec | None = None, *, number: int = 1, metric: str = "success") -> PairGate:
    """The gate of a longer candidate."""
    return PairGate(spec or GateSpec(), metric, number, f"gate/{number}", CHAMPION, CANDIDATE)
