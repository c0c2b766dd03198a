"""How much of its slots a campaign uses, and what it spends on going ahead of its decisions.

python benchmarks/refinement_slots.py [--quick] [--json]

Durations are lognormal with sigma 1: the slowest of 64 episodes takes as long as 7 of average length, and a decision
that is the same in every run waits for it. So the fewer episodes a campaign has for each slot, the less of it is used.
"""

import argparse
from collections.abc import Iterator
from statistics import median

from goals import Goal, report

from wardian.optimization.selfcheck.playing import Outcome, played
from wardian.optimization.selfcheck.scenario import SCENARIOS

KINDS = ("planted", "null")
SLOTS = (4, 16, 64)
PROMISED = {64: 70.0}
"""Per cent, by slots."""


def slots(quick: bool) -> Iterator[Goal]:
    for kind in KINDS:
        for count in SLOTS:
            scenario = SCENARIOS[kind].model_copy(update={"slots": count})
            outcomes = [played(scenario, seed) for seed in range(10 if quick else 40)]
            total = sum(each.seconds for each in outcomes) * count
            use = 100 * sum(each.busy_s for each in outcomes) / total
            where = f"{kind}, {count} slots"
            yield Goal(f"{where}: in use", use, "%", PROMISED.get(count), "at least")
            yield Goal(f"{where}: episodes, median", median(each.episodes for each in outcomes), "")
            yield Goal(f"{where}: for nothing, median", median(map(_for_nothing, outcomes)), "")
            yield Goal(f"{where}: hours, median", median(each.seconds for each in outcomes) / 3600, "h")


def _for_nothing(outcome: Outcome) -> int:
    """Episodes beyond those that a decision looked at."""
    record, rungs = outcome.record, outcome.record.spec.race.rungs
    raced = sum(rungs[each.rung - 1] for each in record.candidates if each.rung)
    champion = 2 * record.spec.preflight + max(0, rungs[-1] - record.spec.preflight)
    return outcome.episodes - raced - champion - 2 * sum(len(gate.pairs) for gate in record.gates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(slots(options.quick), as_json=options.json)


if __name__ == "__main__":
    main()
