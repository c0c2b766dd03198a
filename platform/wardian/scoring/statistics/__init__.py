"""Means, differences and reliability with honest intervals.

The unit is the task, never the row: repeats of one task are alike, and taking them for independent
gives intervals that cover 80 % when they say 95 %. All estimands weigh every task the same.
"""

from wardian.scoring.statistics.absence import worst_case, worst_case_difference
from wardian.scoring.statistics.bootstrap import bootstrap
from wardian.scoring.statistics.estimate import Estimate
from wardian.scoring.statistics.family import holm
from wardian.scoring.statistics.means import clustered_mean, proportion, wilson
from wardian.scoring.statistics.pairs import mcnemar, paired_difference, paired_p_value
from wardian.scoring.statistics.permutation import sign_flip
from wardian.scoring.statistics.power import TYPICAL, Power, Variation
from wardian.scoring.statistics.ranking import auroc
from wardian.scoring.statistics.selection import selected_at
from wardian.scoring.statistics.simultaneous import common_level, simultaneous_difference
from wardian.scoring.statistics.tries import flip_rate, flip_rate_between, pass_at, pass_hat

__all__ = [
    "TYPICAL",
    "Estimate",
    "Power",
    "Variation",
    "auroc",
    "bootstrap",
    "clustered_mean",
    "common_level",
    "flip_rate",
    "flip_rate_between",
    "holm",
    "mcnemar",
    "paired_difference",
    "paired_p_value",
    "pass_at",
    "pass_hat",
    "proportion",
    "selected_at",
    "sign_flip",
    "simultaneous_difference",
    "wilson",
    "worst_case",
    "worst_case_difference",
]
