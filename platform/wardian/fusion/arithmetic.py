"""Whether a fusion can pay, reckoned before anybody is asked: panels of members who are right alike often together."""

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import product
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import special

from wardian.base.frozen import Frozen

__all__ = ["Chances", "PanelOdds"]

NODES: Final = 64
"""Places at which the difficulty of a question is looked at (Gauss and Hermite)."""
CLOSE: Final = 1e-9
"""Weights that differ by less are equal: sums of the same parts in another order."""

Numbers = NDArray[np.float64]
Skill = Annotated[float, Field(gt=0, lt=1)]


class Chances(Frozen):
    """How a panel's members are right together; all of them are probabilities for one question.

    Args:
        members: each is right.
        all_right: all are: whatever decides between them, the answer is right.
        all_wrong: none is: no choice between them is right.
    """

    members: tuple[float, ...]
    all_right: float
    all_wrong: float

    @property
    def best(self) -> float:
        """The best member is right."""
        return max(self.members)

    @property
    def mixed(self) -> float:
        """Some are right and some are wrong: only here does a decision count."""
        return 1.0 - self.all_right - self.all_wrong

    @property
    def oracle(self) -> float:
        """Any of them is right: the bound of every choice between them."""
        return 1.0 - self.all_wrong

    @property
    def needed(self) -> float | None:
        """s*: how often a mixed panel must be decided right to be as good as the best member; None without one."""
        return (self.best - self.all_right) / self.mixed if self.mixed > CLOSE else None

    def fused(self, s: float) -> float:
        """The fused answer is right, when mixed panels are decided right with probability `s`."""
        return self.all_right + self.mixed * s

    def decided(self, fused: float) -> float | None:
        """The `s` behind a fused answer that is right so often; None when no panel is mixed."""
        return (fused - self.all_right) / self.mixed if self.mixed > CLOSE else None


class PanelOdds(Frozen):
    """Members of known skill, each pair of them equally correlated.

    Behind every answer stands a normal number, of which the part `correlation` is the question's, the same for all:
    a member is right when theirs is below its skill's quantile (the one-factor Gaussian copula).

    Args:
        skills: how often each member is right.
        correlation: of the numbers behind, 0 for independent members; below 1.
    """

    skills: Annotated[tuple[Skill, ...], Field(min_length=2)]
    correlation: Annotated[float, Field(ge=0, lt=1)] = 0.0

    @cached_property
    def chances(self) -> Chances:
        """Of the whole panel."""
        right = self._right
        return Chances(
            members=self.skills,
            all_right=self._expected(right.prod(axis=0)),
            all_wrong=self._expected((1 - right).prod(axis=0)),
        )

    def vote(self, choices: int, weights: Sequence[float] | None = None) -> float:
        """The plurality is right, at a tie the member named first among the leaders.

        Args:
            choices: answers that there are, one of them right; who is wrong takes any other, each as often.
            weights: of the members; by default all alike.
        """
        voices = (1.0,) * len(self.skills) if weights is None else tuple(weights)
        right, wrong = self._right, (1 - self._right) / (choices - 1)
        total = np.zeros(NODES)
        for answers in product(range(choices), repeat=len(self.skills)):
            if _leader(answers, voices) == 0:
                total += np.prod([right[i] if said == 0 else wrong[i] for i, said in enumerate(answers)], axis=0)
        return self._expected(total)

    @cached_property
    def _right(self) -> Numbers:
        """How often each member is right, [member, node], on questions of each difficulty."""
        difficulty, _ = np.polynomial.hermite_e.hermegauss(NODES)
        thresholds = special.ndtri(np.array(self.skills))[:, None]
        shift = math.sqrt(self.correlation) * difficulty[None, :]
        return np.asarray(special.ndtr((thresholds + shift) / math.sqrt(1 - self.correlation)))

    @staticmethod
    def _expected(values: Numbers) -> float:
        """Over all questions."""
        _, mass = np.polynomial.hermite_e.hermegauss(NODES)
        return float(values @ mass / mass.sum())


def _leader(answers: Sequence[int], weights: Sequence[float]) -> int:
    """The answer with most weight; among equals the one that is given first."""
    tally: dict[int, float] = {}
    for answer, weight in zip(answers, weights, strict=True):
        tally[answer] = tally.get(answer, 0.0) + weight
    most = max(tally.values())
    return next(answer for answer, weight in tally.items() if weight > most - CLOSE)
