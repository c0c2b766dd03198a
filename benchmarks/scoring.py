"""What scores and their intervals are worth, and what they cost.

python benchmarks/scoring.py [--quick] [--json] [--only coverage,planted,decisive,cost]

coverage: how often 95 % intervals cover the truth, in simulated runs of which it is known. planted: simulated models
make mistakes at known rates, on own packs and on bfcl; metrics and detectors must find the rate that was planted within
their 95 % interval. The exit says which do not. decisive: how far the steps of `wardian failures --decisive` can be
trusted. cost: CPU time of metrics and detectors.
"""

import argparse
import sys
from collections.abc import Callable, Iterable

from decisive_steps import decisive
from goals import Goal, report
from interval_coverage import coverage
from planted_behaviours import OUTSIDE, planted
from scoring_cost import cost

MEASURES: dict[str, Callable[[bool], Iterable[Goal]]] = {
    "coverage": coverage,
    "planted": planted,
    "decisive": decisive,
    "cost": cost,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer episodes")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(MEASURES))
    options = parser.parse_args()
    goals = [goal for name in options.only.split(",") for goal in MEASURES[name](options.quick)]
    report(goals, as_json=options.json)
    outside = [goal.goal for goal in goals if goal.unit == OUTSIDE and not goal.met]
    sys.exit("\n".join(outside) or None)


if __name__ == "__main__":
    main()
