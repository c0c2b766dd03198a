"""What becomes of an episode in a numeric world: a function of its spec."""

import math
from hashlib import blake2b
from statistics import NormalDist
from struct import Struct

from wardian.base.errors import Failure
from wardian.episodes.record import EpisodeSpec
from wardian.optimization.selfcheck.traits import CHAMPION
from wardian.optimization.selfcheck.world import Chances, World
from wardian.scoring.result import Result

__all__ = ["Luck"]

DRAWS = Struct(">8Q")
CHECKS = (1, 1_009, 1_000_003, 1_000_000_007)
"""One draw is as good as several: each of these makes another one of it."""
NORMAL = NormalDist()
OVERFLOWN = Failure(cause="agent", kind="context_overflow", message="simulated: the conversation became too long")
FAILED = {"success": 0.0}
OVERLOADED = Failure(cause="provider", kind="rate_limited", message="simulated: 429 Too Many Requests")


class Luck:
    """Plays episodes without playing them, some ten microseconds each."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, str], Chances] = {}

    def result(self, spec: EpisodeSpec, started_at: float) -> Result:
        """The numbers of an episode that began at `started_at`, in seconds since the epoch."""
        chances, arm = self._chances(spec), spec.agent
        same, own = _draws(spec.seed, ""), _draws(spec.seed, f"{arm.name} {arm.digest}")
        luck = same if same[7] < self._world.common else own
        broken = own[5] < self._world.broken
        success = luck[0] < chances.success and not broken
        seconds = self._world.median_s * math.exp(self._world.sigma * NORMAL.inv_cdf(own[1]))
        lost = own[2] < self._lost(spec, success)
        values, failure = ({}, OVERLOADED) if lost else (FAILED, OVERFLOWN) if broken else (None, None)
        return Result(
            arm=arm.name,
            environment=spec.environment.name,
            task=spec.task.id,
            seed=spec.seed,
            repeat=spec.repeat,
            missing="provider" if lost else None,
            values=_values(chances, luck, success) if values is None else values,
            cost_usd=chances.cost * (0.5 + luck[3]),
            spent_usd=chances.cost * (0.5 + luck[3]),
            simulated=True,
            model=arm.model,
            prompt=arm.prompt,
            episode=spec.key,
            again=lost,
            failure=failure,
            tokens=int(chances.turns * 400),
            started_at=started_at,
            wall_s=seconds,
            environment_digest=spec.environment.digest,
            arm_digest=arm.digest,
            template=spec.task.template,
        )

    def _chances(self, spec: EpisodeSpec) -> Chances:
        known = self._known.get((spec.agent.digest, spec.task.id))
        if known is None:
            known = self._world.chances(spec.agent.bundle or CHAMPION, spec.task.id)
            self._known[spec.agent.digest, spec.task.id] = known
        return known

    def _lost(self, spec: EpisodeSpec, success: bool) -> float:
        storm = self._world.storm
        if storm is None or (storm.failing and success):
            return self._world.missing
        champion = spec.agent.bundle is None or spec.agent.bundle.sha == CHAMPION.sha
        return storm.share if champion == storm.champion else self._world.missing


def _draws(seed: int, purpose: str) -> tuple[float, ...]:
    """Eight numbers between 0 and 1, both excluded."""
    numbers = DRAWS.unpack(blake2b(f"{seed}/{purpose}".encode()).digest())
    return tuple((number + 0.5) / 2**64 for number in numbers)


def _values(chances: Chances, luck: tuple[float, ...], success: bool) -> dict[str, float]:
    fooled = (chances.judged - 0.9 * chances.success) / (1 - chances.success)
    cost = chances.cost * (0.5 + luck[3])
    return {
        "success": float(success),
        "score": sum((luck[0] * checks) % 1 < chances.success for checks in CHECKS) / len(CHECKS),
        "judged": float(luck[4] < (0.9 if success else fooled)),
        "ungrounded_args": float(luck[5] < chances.invents),
        "violations": float(luck[6] < chances.breaks),
        "turns": float(max(1, round(chances.turns * (0.5 + luck[1])))),
        "cost_usd": cost,
        "tokens": float(int(chances.turns * 400)),
    }
