"""What fusions cost in time and money, how well they decide, and whether they pay.

python benchmarks/fusion.py [--quick] [--json] [--only collection,judging,tools,panels,local]

collection: time, money and faults of asking a panel. judging: what position bias, garbage and hostile candidates do.
tools: panels that act. panels: simulated panels of known skill agree with the arithmetic, and their replays with what
was recorded. local: a real small language model as panel and judge (needs the extra `local-llm`).
"""

import argparse
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import cast

from goals import Goal, report

MEASURES = {
    "collection": "fusion_collection",
    "judging": "fusion_judge",
    "tools": "fusion_tools",
    "panels": "fusion_panels",
    "local": "fusion_local",
}
"""The function of that name in this file. Only what is wanted is loaded: one of them needs a language model."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer questions")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(MEASURES))
    options = parser.parse_args()
    report([goal for name in options.only.split(",") for goal in measure(name)(options.quick)], as_json=options.json)


def measure(name: str) -> Callable[[bool], Iterable[Goal]]:
    """The measurement called `name`."""
    return cast("Callable[[bool], Iterable[Goal]]", getattr(import_module(MEASURES[name]), name))


if __name__ == "__main__":
    main()
