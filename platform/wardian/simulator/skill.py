"""How often a simulated model does what, given the rules that it finds in its system prompt."""

import random
import re
from functools import lru_cache
from typing import Final, Literal, get_args

from wardian.base.frozen import Frozen
from wardian.specs.models import RuleEffect, SkillSpec

__all__ = ["Fault", "Rates", "Skill"]

Fault = Literal["wrong_argument", "hallucinated_id", "loop", "skip_confirmation", "give_up"]

FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)
CACHED_PROMPTS = 256


class Rates(Frozen):
    """Probabilities for one step: to be right, and of each fault; together 1. After an error, that of `recovery`."""

    accuracy: float
    faults: tuple[float, ...]
    recovery: float = 1.0

    def draw(self, stream: random.Random) -> Fault | None:
        """The fault of this step, None when it shall be right."""
        if stream.random() < self.accuracy:
            return None
        return stream.choices(FAULTS, self.faults)[0]


class Skill:
    """The skill of one model under any system prompt; what a prompt does is worked out once."""

    def __init__(self, spec: SkillSpec) -> None:
        self.spec = spec
        self._rules = [(re.compile(rule.pattern, re.IGNORECASE), rule) for rule in spec.rules]
        self.reads_tools = any(rule.where == "tools" for rule in spec.rules)
        """Whether what it is told about tools makes a difference."""
        self.rates = lru_cache(maxsize=CACHED_PROMPTS)(self._rates)
        """The rates under a system prompt, with these words about tools."""

    def _rates(self, system_prompt: str, tools: str = "") -> Rates:
        told = {"prompt": system_prompt, "tools": tools}
        found = [rule for pattern, rule in self._rules if pattern.search(told[rule.where])]
        accuracy = _clamped(self.spec.accuracy + sum(rule.accuracy for rule in found))
        weights = [_weight(self.spec, found, fault) for fault in FAULTS]
        if not any(weights):
            weights = [1.0] * len(FAULTS)
        scale = (1 - accuracy) / sum(weights)
        recovery = _clamped(self.spec.recovery + sum(rule.recovery for rule in found))
        return Rates(accuracy=accuracy, faults=tuple(weight * scale for weight in weights), recovery=recovery)


def _weight(spec: SkillSpec, found: list[RuleEffect], fault: Fault) -> float:
    return _clamped(float(getattr(spec, fault)) + sum(float(getattr(rule, fault)) for rule in found))


def _clamped(probability: float) -> float:
    return min(max(probability, 0.0), 1.0)
