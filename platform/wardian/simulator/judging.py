"""Verdicts of known skill over the candidates of a fusion."""

import random
import re
from collections.abc import Mapping
from typing import Final

import orjson

from wardian.simulator.knowledge import Knowledge
from wardian.specs.skills import JudgeSkill

__all__ = ["candidates_in", "judged"]

CANDIDATE: Final = re.compile(r'<candidate-(\w+) label="([^"]+)">\n(.*?)\n</candidate-\1>', re.DOTALL)
GARBAGE: Final = "Well, all of them have their merits, and I would rather not say."


def candidates_in(prompt: str) -> dict[str, str]:
    """What candidates say by their labels, in the order shown; none when nobody is to be judged."""
    return {label: text for _, label, text in CANDIDATE.findall(prompt)}


def judged(prompt: str, shown: Mapping[str, str], knowledge: Knowledge, skill: JudgeSkill, draws: random.Random) -> str:
    """What the judge says: a ranking where one is asked for, else the best candidate's text as its own.

    Args:
        prompt: how it is asked.
        shown: the candidates, in the order shown.
        knowledge: what is right.
        skill: how often it sees that.
        draws: the same in whatever order candidates are shown.
    """
    if draws.random() < skill.garbage:
        return GARBAGE
    ranking = _ranking(shown, knowledge, skill, draws)
    if '"ranking"' not in prompt:
        return shown[ranking[0]]
    verdict = {"ranking": ranking, "confidence": skill.accuracy, "none_acceptable": False}
    return orjson.dumps(verdict).decode()


def _ranking(shown: Mapping[str, str], knowledge: Knowledge, skill: JudgeSkill, draws: random.Random) -> list[str]:
    """Labels, the preferred one first; without bias it depends on what candidates say alone."""
    by_position = draws.random() < skill.position_bias
    sees = draws.random() < skill.accuracy
    if by_position:
        return list(shown)
    right = {label: knowledge.right(text) for label, text in shown.items()}
    return sorted(shown, key=lambda label: (right[label] is not sees, shown[label]))
