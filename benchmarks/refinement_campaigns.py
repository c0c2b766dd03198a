"""The promises of the refinement loop as goals: what `wardian selfcheck` measures."""

import os
from collections.abc import Iterator

from goals import Goal

from wardian.optimization.selfcheck.extent import FULL, QUICK
from wardian.optimization.selfcheck.finding import Finding
from wardian.optimization.selfcheck.selfcheck import selfcheck

UNITS = {
    "share": ("%", 100.0),
    "points": ("points", 100.0),
    "episodes": ("", 1.0),
    "times": ("", 1.0),
    "hours": ("h", 1.0),
}
LARGEST_UPPER_BOUND = 7.0
"""Per cent of false promotions that the 95 % bound may reach, with 500 campaigns."""


def campaigns(quick: bool) -> Iterator[Goal]:
    for check in selfcheck(QUICK if quick else FULL, processes=os.cpu_count() or 1).checks:
        for finding in check.findings:
            yield _goal(f"{check.name}: {finding.promise}", finding)
            if (check.name, finding.promise) == ("null", "promote one") and finding.high is not None:
                bound = "null: promote one, 95 % bound"
                yield Goal(bound, 100 * finding.high, "%", None if quick else LARGEST_UPPER_BOUND)


def _goal(name: str, finding: Finding) -> Goal:
    unit, factor = UNITS[finding.unit]
    of = f" of {finding.n}" if finding.n else ""
    target = None if finding.target is None else factor * finding.target
    return Goal(f"{name}{of}", factor * finding.measured, unit, target, finding.bound)
