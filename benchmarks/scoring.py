"""What scores and their intervals are worth: how often 95 % intervals cover the truth.

python benchmarks/scoring.py [--json] [--only coverage]
"""

import argparse

from goals import report
from interval_coverage import coverage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="coverage")
    options = parser.parse_args()
    measures = {"coverage": coverage}
    report([goal for name in options.only.split(",") for goal in measures[name]()], as_json=options.json)


if __name__ == "__main__":
    main()
