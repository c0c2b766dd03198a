"""The seam of gates."""

from collections.abc import Sequence
from typing import Protocol

from wardian.optimization.gate.verdict import GatePoint, GateVerdict
from wardian.optimization.pairs import Pair

__all__ = ["Gate"]


class Gate(Protocol):
    """Told pairs in the order of their numbers, without gaps; says when it has seen enough.

    What it says depends on the pairs and their order alone. A gate may be asked after every pair: looking is free.
    """

    def step(self, pairs: Sequence[Pair]) -> GateVerdict | None:
        """Take the next pairs; the verdict as soon as there is one, None to go on. Pairs behind it change nothing."""
        ...

    def stop(self, why: str) -> GateVerdict:
        """No more pairs come, for a reason that is not in them: what can be said, which is no promotion."""
        ...

    @property
    def curve(self) -> Sequence[GatePoint]:
        """How the figures went."""
        ...
