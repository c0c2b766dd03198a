"""What scores and their intervals are worth, and what they cost.

python benchmarks/scoring.py [--quick] [--json] [--only coverage,planted,decisive,cost] [--seeds 10,11,12]

coverage: how often 95 % intervals cover the truth, in simulated runs of which it is known. planted: simulated models
make mistakes at known rates, on own packs and on bfcl; metrics and detectors must find the rate that was planted within
their 95 % interval. Where the rate alone decides, one row in twenty is outside by chance, and the last line says how
probable so many are; the exit is for those that are no chance. Seed 0 is the one with which they were written, and
1 to 9 those with which they were mended: take others. decisive: how far the steps of `wardian failures --decisive` can
be trusted. cost: CPU time of metrics and detectors.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial

from decisive_steps import decisive
from goals import Goal, report
from interval_coverage import coverage
from planted_rows import CHANCE, OUTSIDE, SEEDS, planted
from scoring_cost import cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer episodes")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="coverage,planted,decisive,cost")
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="of planted")
    options = parser.parse_args()
    seeds = [int(seed) for seed in options.seeds.split(",")]
    measures: dict[str, Callable[[bool], Iterable[Goal]]] = {
        "coverage": coverage,
        "planted": partial(planted, seeds=seeds),
        "decisive": decisive,
        "cost": cost,
    }
    goals = [goal for name in options.only.split(",") for goal in measures[name](options.quick)]
    report(goals, as_json=options.json)
    outside = [goal.goal for goal in goals if goal.unit in (OUTSIDE, CHANCE) and goal.met is False]
    sys.exit("\n".join(outside) or None)


if __name__ == "__main__":
    main()
