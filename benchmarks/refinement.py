"""Whether the refinement loop keeps what it promises, and what gepa alone does with as many episodes.

python benchmarks/refinement.py [--quick] [--json] [--only campaigns,slots,…]

campaigns: whole campaigns in numeric worlds whose truth is known (`wardian selfcheck`). slots: how much of its slots a
campaign uses. gepa: the package alone in the same worlds (extra `gepa`). gate: single gates by the ten thousands.
evidence: whether mending shows a planted mistake. components: campaigns that mend each kind of text. sweeps: what a
sweep costs, and what halving saves. story: a campaign on the shop, from poor trajectories to a promoted version. local:
a real small language model proposes the edits (extra `local-llm`).
"""

import argparse
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import cast

from goals import Goal, report

MEASURES = {
    "campaigns": "refinement_campaigns",
    "slots": "refinement_slots",
    "gepa": "refinement_gepa",
    "gate": "refinement_gate",
    "evidence": "refinement_evidence",
    "components": "refinement_components",
    "sweeps": "refinement_sweeps",
    "story": "refinement_story",
    "local": "refinement_local",
}
"""The function of that name in this file. Only what is wanted is loaded: some of them need an extra."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(MEASURES))
    options = parser.parse_args()
    report([goal for name in options.only.split(",") for goal in measure(name)(options.quick)], as_json=options.json)


def measure(name: str) -> Callable[[bool], Iterable[Goal]]:
    """The measurement called `name`."""
    return cast("Callable[[bool], Iterable[Goal]]", getattr(import_module(MEASURES[name]), name))


if __name__ == "__main__":
    main()
