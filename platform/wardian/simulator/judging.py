"""Verdicts of known skill over the candidates of a fusion, and the texts and numbers that it may want instead."""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import orjson

from wardian.simulator.conversation import Turn
from wardian.simulator.knowledge import Knowledge
from wardian.simulator.told import accuracy_told
from wardian.specs.skills import JudgeSkill

__all__ = ["Shown", "instructed", "judged"]

CANDIDATE: Final = re.compile(r'<candidate-(\w+) label="([^"]+)">\n(.*?)\n</candidate-\1>', re.DOTALL)
GARBAGE: Final = "Well, all of them have their merits, and I would rather not say."
GOOD, BAD = 0.95, 0.1
"""Scores of an answer that is taken for right, and of one that is not."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a judge has before it.

    Args:
        prompt: how it is asked.
        texts: what candidates say by their labels, in the order shown.
    """

    prompt: str
    texts: Mapping[str, str]

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> Self | None:
        """The last question with candidates in it; None when nobody is to be judged."""
        for turn in reversed([turn for turn in turns if turn.role == "user"]):
            if found := {label: text for _, label, text in CANDIDATE.findall(turn.text)}:
                return cls(turn.text, found)
        return None

    def asks_for(self, key: str) -> bool:
        """Whether the answer is to be an object with this key."""
        return f'"{key}"' in self.prompt.rpartition("</candidate-")[2]


def instructed(skill: JudgeSkill, system_prompt: str) -> JudgeSkill:
    """The skill of a judge who is told this beforehand."""
    return skill.model_copy(update={"accuracy": accuracy_told(skill.accuracy, skill.rules, system_prompt)})


def judged(shown: Shown, knowledge: Knowledge, skill: JudgeSkill, draws: random.Random, own: random.Random) -> str:
    """What the judge says: a ranking, a score or an analysis where that is asked for, else the best text as its own.

    Args:
        shown: the candidates.
        knowledge: what is right.
        skill: how often it sees that.
        draws: the same in whatever order candidates are shown.
        own: other ones in each call.
    """
    if own.random() < skill.garbage:
        return GARBAGE
    ranking = _ranking(shown.texts, knowledge, skill, draws)
    if shown.asks_for("ranking"):
        return _json({"ranking": ranking, "confidence": skill.accuracy, "none_acceptable": False})
    if shown.asks_for("score"):
        right = knowledge.right(shown.texts[ranking[0]])
        return _json({"score": GOOD if right is (own.random() < skill.accuracy) else BAD})
    if shown.asks_for("consensus"):
        return _json(_analysis(shown.texts))
    return shown.texts[ranking[0]]


def _ranking(shown: Mapping[str, str], knowledge: Knowledge, skill: JudgeSkill, draws: random.Random) -> list[str]:
    """Labels, the preferred one first; without bias it depends on what candidates say alone."""
    by_position = draws.random() < skill.position_bias
    sees = draws.random() < skill.accuracy
    if by_position:
        return list(shown)
    right = {label: knowledge.right(text) for label, text in shown.items()}
    return sorted(shown, key=lambda label: (right[label] is not sees, shown[label]))


def _analysis(shown: Mapping[str, str]) -> dict[str, object]:
    """Equal texts are the consensus, others contradict each other; of more a simulated judge has no idea."""
    texts = list(dict.fromkeys(shown.values()))
    stances = [{"model": label, "stance": text} for label, text in shown.items()]
    return {
        "consensus": texts if len(texts) == 1 else [],
        "contradictions": [{"topic": "the answer", "stances": stances}] if len(texts) > 1 else [],
        "partial_coverage": [],
        "unique_insights": [],
        "blind_spots": [],
    }


def _json(value: dict[str, object]) -> str:
    return orjson.dumps(value).decode()
