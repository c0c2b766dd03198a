"""Means, differences and reliability with honest intervals.

The unit is the task, never the row: repeats of one task are alike, and taking them for independent
gives intervals that cover 80 % when they say 95 %. All estimands weigh every task the same.
"""

from wardian.scoring.statistics.absence import worst_case
from wardian.scoring.statistics.estimate import Estimate
from wardian.scoring.statistics.family import holm
from wardian.scoring.statistics.means import clustered_mean, proportion, wilson
from wardian.scoring.statistics.pairs import mcnemar, paired_difference, paired_p_value
from wardian.scoring.statistics.tries import pass_at, pass_hat

__all__ = [
    "Estimate",
    "clustered_mean",
    "holm",
    "mcnemar",
    "paired_difference",
    "paired_p_value",
    "pass_at",
    "pass_hat",
    "proportion",
    "wilson",
    "worst_case",
]
