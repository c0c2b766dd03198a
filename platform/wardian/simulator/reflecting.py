"""Proposals of known worth for better instructions: cures, what sounds well and changes nothing, what does harm."""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import orjson

from wardian.simulator.conversation import Turn
from wardian.specs.skills import CureSpec, ReflectSkill

__all__ = ["Wanted", "reflected"]

RULES: Final = re.compile(r"<rules-(\w+)>\n(.*?)\n</rules-\1>", re.DOTALL)
RULE: Final = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
MISTAKE: Final = re.compile(r"^The mistake: (.*)$", re.MULTILINE)
USELESS: Final = (
    "Think about each step before you take it.",
    "Stay friendly and professional, whatever happens.",
    "Answer in short and clear sentences.",
    "Take the time that good service needs.",
    "Keep in mind what the customer wants.",
    "Write as if you spoke to a colleague whom you respect.",
)
GARBAGE: Final = "These instructions are quite good already, and I would rather not touch them."


@dataclass(frozen=True, slots=True)
class Wanted:
    """An edit that somebody asks for.

    Args:
        prompt: how it is asked.
        rules: those that there are, by number.
        mistake: the name of what they shall prevent.
    """

    prompt: str
    rules: Mapping[int, str]
    mistake: str

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> Self | None:
        """What the last question asks for; None when that is no edit."""
        prompt = next((turn.text for turn in reversed([*turns]) if turn.role == "user"), "")
        shown, mistake = RULES.search(prompt), MISTAKE.search(prompt)
        if shown is None or mistake is None:
            return None
        return cls(prompt, {int(number): text for number, text in RULE.findall(shown[2])}, mistake[1])


def reflected(wanted: Wanted, skill: ReflectSkill, draws: random.Random) -> str:
    """What the model proposes.

    Args:
        wanted: what it is asked.
        skill: what it knows, and how often it says so.
        draws: the same whenever the same is asked.
    """
    if draws.random() < skill.garbage:
        return GARBAGE
    if skill.harmful and draws.random() < skill.harm:
        return _edit("Faster is better.", _added(draws.choice(skill.harmful)))
    cure = next((each for each in skill.cures if re.search(each.mistake, wanted.mistake, re.IGNORECASE)), None)
    change = None if cure is None else _cured(cure, wanted.rules)
    if change is not None and draws.random() < skill.accuracy:
        return _edit("This is what goes wrong.", change)
    said = wanted.rules.values()
    return _edit(
        "It seems a good idea.", _added(draws.choice([text for text in USELESS if text not in said] or USELESS))
    )


def _cured(cure: CureSpec, rules: Mapping[int, str]) -> dict[str, object] | None:
    """The change that helps; None where it was made before."""
    harmful = [number for number, text in rules.items() if cure.removes and _found(cure.removes, text)]
    if harmful:
        if cure.rule:
            return {"kind": "replace", "rule": harmful[0], "text": cure.rule}
        return {"kind": "delete", "rule": harmful[0], "text": None}
    return _added(cure.rule) if cure.rule and cure.rule not in rules.values() else None


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _added(text: str) -> dict[str, object]:
    return {"kind": "add", "rule": None, "text": text}


def _edit(why: str, change: dict[str, object]) -> str:
    return orjson.dumps({"why": why, "changes": [change]}).decode()
