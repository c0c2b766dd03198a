"""What tables need of a scored episode: a few numbers, so that a million of them fit into memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from wardian.base.errors import Cause
from wardian.scoring.score import Scored

__all__ = ["Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """One episode in numbers; `missing` says who is to blame when it has no score.

    An episode that its own agent broke before any score is a 0, not missing.
    """

    arm: str
    environment: str
    task: str
    seed: int
    repeat: int
    missing: Cause | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    cost_usd: float | None = None
    spent_usd: float | None = None
    simulated: bool = False
    model: str = ""
    prompt: str = ""

    @classmethod
    def of(cls, scored: Scored) -> Self:
        """The numbers of `scored`; metrics that do not apply are left out."""
        episode = scored.episode
        spec = episode.spec
        missing = _missing(scored)
        return cls(
            arm=spec.agent.name,
            environment=spec.environment.name,
            task=spec.task.id,
            seed=spec.seed,
            repeat=spec.repeat,
            missing=missing,
            values={} if missing else _values(scored),
            cost_usd=episode.cost_usd,
            spent_usd=episode.spent_usd,
            simulated=episode.simulated,
            model=spec.agent.model,
            prompt=spec.agent.prompt,
        )


def _missing(scored: Scored) -> Cause | None:
    failure = scored.episode.failure
    if failure is not None and scored.episode.missing:
        return failure.cause
    return scored.failure.cause if scored.failure is not None else None


def _values(scored: Scored) -> dict[str, float]:
    values = {score.metric: score.value for score in scored.scores if score.value is not None}
    return {"success": 0.0, **values}
