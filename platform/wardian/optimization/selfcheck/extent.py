"""How much is played to check a promise."""

from typing import Final

from pydantic import PositiveInt

from wardian.base.frozen import Frozen

__all__ = ["FULL", "QUICK", "Extent"]


class Extent(Frozen):
    """So many campaigns of each kind; see `SCENARIOS` for the kinds.

    Args:
        null: where no edit changes anything.
        graded: the same by a share of checks.
        lineages: of three campaigns, one after the other, where no edit changes anything.
        planted: with a defect of 18 points.
        harmful: where all edits make it worse.
        gaming: where all edits win over a judge.
        reckless: where all edits break rules or make values up.
        stormy: of each of three storms.
        budgets: with little to spend.
        killed: that are killed.
        kills: of each of those.
    """

    null: PositiveInt
    graded: PositiveInt
    lineages: PositiveInt
    planted: PositiveInt
    harmful: PositiveInt
    gaming: PositiveInt
    reckless: PositiveInt
    stormy: PositiveInt
    budgets: PositiveInt
    killed: PositiveInt
    kills: PositiveInt


QUICK: Final = Extent(
    null=150,
    graded=30,
    lineages=15,
    planted=100,
    harmful=100,
    gaming=60,
    reckless=60,
    stormy=20,
    budgets=40,
    killed=2,
    kills=3,
)
FULL: Final = Extent(
    null=600,
    graded=200,
    lineages=150,
    planted=400,
    harmful=500,
    gaming=200,
    reckless=200,
    stormy=100,
    budgets=200,
    killed=4,
    kills=5,
)
