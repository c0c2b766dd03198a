"""What may be spent: the worst case is set aside before anything is sent, what the gate may need first of all."""

from wardian.base.errors import ConfigError
from wardian.optimization.campaign.hearing import FIRST
from wardian.specs.refinement import GateSpec, RefineSpec

__all__ = ["Purse"]

MARGIN = 1.1
"""A candidate may be dearer than the champion, and reflection comes to it."""


class Purse:
    """Episodes of a campaign. All sums follow from what was decided, never from what happened to be played.

    Args:
        spec: of the campaign.
    """

    def __init__(self, spec: RefineSpec) -> None:
        self._spec = spec
        self.left = self._room = spec.budget.episodes

    def price(self, usd: float | None, tokens: float) -> None:
        """An episode takes about so much: from now on there are as many as dollars and tokens are enough for."""
        budget = self._spec.budget
        prices = ((budget.usd, usd), (budget.tokens, tokens))
        room = [int(limit / (MARGIN * each)) for limit, each in prices if limit is not None and each]
        least = min([self._room, *room])
        self.left -= self._room - least
        self._room = least

    @property
    def preflight(self) -> int:
        """The most that it takes to know the champion."""
        return 2 * self._spec.preflight + self._spec.observe

    @property
    def race(self) -> int:
        """The most that one generation takes: each round for those that are left, and the champion's own draws."""
        if self._spec.search.kind == "given":
            return 0
        if self._spec.search.kind == "gepa":
            return self._spec.search.episodes
        racing, episodes, before = self._spec.search.candidates, 0, 0
        for draws in self._spec.race.rungs:
            episodes += racing * (draws - before)
            racing, before = (racing + 1) // 2, draws
        return episodes + max(0, before - self._spec.preflight)

    @property
    def gate(self) -> int:
        """The most that one gate takes, with its audit."""
        return 2 * (self._spec.gate.pairs + self._spec.gate.audit)

    @property
    def least(self) -> int:
        """A gate that may take less finds little; there is none."""
        return 2 * (self._half + self._spec.gate.audit)

    @property
    def rehearsed(self) -> int:
        """Pairs that are played at the most of a gate before it comes to it."""
        return min(FIRST, self._half)

    @property
    def _half(self) -> int:
        return (self._spec.gate.pairs + 1) // 2

    @property
    def gate_spec(self) -> GateSpec:
        """The next gate, with fewer pairs when fewer are left: how many is fixed before its first one."""
        gate = self._spec.gate
        pairs = min(gate.pairs, self.left // 2 - gate.audit)
        return gate.model_copy(update={"pairs": pairs})

    @property
    def look(self) -> int:
        """The most that it takes to know another champion; what it raced with is known."""
        return self._spec.preflight + self._spec.observe

    @property
    def campaign(self) -> int:
        """The most that a campaign comes to."""
        whole = self.preflight + self._spec.search.rounds * (self.race + self.gate)
        return min(self._room, whole)

    def check(self) -> None:
        """See that it is enough for a first gate.

        Raises:
            ConfigError: when it is not.
        """
        if not self.affords(least := self.preflight + self.race + self.gate):
            raise ConfigError(f"refine.budget.episodes: {self.left} is less than one gate may take: {least}")

    def affords(self, episodes: int) -> bool:
        """Whether so many are left."""
        return self.left >= episodes

    def pay(self, episodes: int) -> None:
        """Take so many out of it."""
        self.left -= episodes
