"""A member of a debate, who hears other positions and says whether its own has changed."""

import random
import re
from collections.abc import Sequence
from typing import Final

import orjson

from wardian.simulator.conversation import Turn
from wardian.simulator.knowledge import Knowledge
from wardian.specs.skills import AnswerSkill

__all__ = ["debated", "positions_in"]

POSITION: Final = re.compile(r"<position-(\w+)>\n(.*?)\n</position-\1>", re.DOTALL)


def positions_in(turns: Sequence[Turn]) -> tuple[str, ...]:
    """What others say, when that is the last thing that was heard."""
    last = turns[-1]
    return tuple(text for _, text in POSITION.findall(last.text)) if last.role == "user" else ()


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
