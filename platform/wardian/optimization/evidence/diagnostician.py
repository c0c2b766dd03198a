"""The seam of diagnosis: from a champion's episodes to evidence."""

from collections.abc import Sequence
from typing import Protocol

from wardian.optimization.evidence.evidence import Evidence
from wardian.scoring.score import Scored

__all__ = ["Diagnostician"]


class Diagnostician(Protocol):
    """Looks at episodes for mistakes that the agent made, and could have made good."""

    async def diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        """Clusters of at least `smallest` failed episodes, whatever the order of `episodes`.

        Those that explain most failures come first, behind them those whose counterfactual does not hold: they say so,
        and nobody should spend an edit on them.
        """
        ...
