"""What a simulated model is told, and how that changes how often it is right."""

import re
from collections.abc import Iterable

from wardian.specs.skills import InstructedSpec

__all__ = ["accuracy_told"]


def accuracy_told(accuracy: float, rules: Iterable[InstructedSpec], told: str) -> float:
    """The accuracy of somebody who is told this: with that of each rule whose pattern is found."""
    more = sum(rule.accuracy for rule in rules if re.search(rule.pattern, told, re.IGNORECASE))
    return min(max(accuracy + more, 0.0), 1.0)
