"""A member of a debate, who hears other positions and says whether its own has changed."""

import random
import re
from collections.abc import Sequence
from typing import Final

import orjson

from wardian.simulator.conversation import Turn
from wardian.simulator.knowledge import Knowledge
from wardian.simulator.told import accuracy_told
from wardian.specs.skills import AnswerSkill

__all__ = ["convinced", "debated", "heard_with", "positions_in"]

POSITION: Final = re.compile(r"<position-(\w+)>\n(.*?)\n</position-\1>", re.DOTALL)


def positions_in(turns: Sequence[Turn]) -> tuple[str, ...]:
    """What others say, when that is the last thing that was heard."""
    last = turns[-1]
    return tuple(text for _, text in POSITION.findall(last.text)) if last.role == "user" else ()


def heard_with(turns: Sequence[Turn]) -> str:
    """What it is told beside the positions."""
    return POSITION.sub("", turns[-1].text)


def convinced(skill: AnswerSkill, told: str) -> AnswerSkill:
    """The skill of somebody who hears others and is told this about it."""
    return skill.model_copy(update={"accuracy": accuracy_told(skill.accuracy, skill.debating, told)})


def debated(
    turns: Sequence[Turn], positions: Sequence[str], knowledge: Knowledge, skill: AnswerSkill, own: random.Random
) -> str:
    """Its statement: a right position is seen as often as its skill says, else it stays with what it said."""
    before = next((turn.text for turn in reversed(turns) if turn.role == "assistant"), "")
    right = next((text for text in (before, *positions) if knowledge.right(text)), before)
    now = right if own.random() < skill.accuracy else before
    reason = "I was wrong." if now != before else "I see no mistake in it."
    statement = {"answer": now, "changed": now != before, "reason": reason, "confidence": skill.accuracy}
    return orjson.dumps(statement).decode()
