"""Answers of known skill to questions with a known answer."""

import math
import random
import re
from statistics import NormalDist
from string import ascii_uppercase
from typing import Final

from wardian.simulator.knowledge import Knowledge
from wardian.specs.skills import AnswerSkill

__all__ = ["answered"]

NORMAL: Final = NormalDist()
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def answered(knowledge: Knowledge, skill: AnswerSkill, question: random.Random, own: random.Random) -> str:
    """The known answer with the skill's probability, else a wrong one.

    Args:
        knowledge: what is right.
        skill: how often it is right.
        question: draws that are the same for all who answer the question.
        own: those of this answer.
    """
    shared = skill.correlation
    behind = math.sqrt(shared) * question.gauss() + math.sqrt(1 - shared) * own.gauss()
    if NORMAL.cdf(behind) < skill.accuracy:
        return knowledge.gold
    return _wrong(knowledge.gold, own.randrange(1, skill.choices), skill.choices)


def _wrong(gold: str, which: int, choices: int) -> str:
    """The wrong answer with the number `which`, from 1: a letter, a number or words, as the right one is."""
    if len(gold) == 1 and gold.upper() in ascii_uppercase:
        place = ascii_uppercase.index(gold.upper())
        letters = ascii_uppercase[: max(choices, place + 1)]
        return letters[(place + which) % len(letters)]
    if NUMBER.fullmatch(gold):
        return f"{float(gold) + which:g}" if "." in gold else str(int(gold) + which)
    return f"Something else ({which})."
