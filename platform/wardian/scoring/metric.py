"""What a metric is: its name, how to read it, and the scores it makes."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from wardian.base.frozen import Frozen
from wardian.scoring.score import Score

__all__ = ["Direction", "Metric", "Unit"]

Direction = Literal["higher", "lower", "neutral"]
Unit = Literal[
    "share",
    "calls",
    "values",
    "changes",
    "turns",
    "tokens",
    "USD",
    "seconds",
    "actions",
    "claims",
    "questions",
    "number",
]


class Metric(Frozen):
    """One column of the results: `better` says in which direction, `low` and `high` bound its values.

    `evidence` says what the positions that a score carries lead to; it is empty when it carries none. A `detail` says
    more of what another metric says: it is in no leaderboard that people read, and in all tables.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z_][\w./-]{0,63}$")]
    unit: Unit
    better: Direction
    description: str
    low: float = 0.0
    high: float | None = None
    evidence: str = ""
    detail: bool = False

    def score(self, value: float | None, evidence: Iterable[int] = (), explanation: str = "") -> Score:
        """A score of this metric; None when it does not apply to the episode."""
        return Score(metric=self.name, value=value, evidence=tuple(evidence), explanation=explanation)

    def ratio(self, part: float, whole: float, evidence: Iterable[int] = ()) -> Score:
        """The score `part / whole`, which does not apply when there is no whole."""
        return self.score(part / whole if whole else None, evidence)
