"""What simulated models are good at besides tools: answering questions, judging answers, proposing better prompts."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from wardian.base.frozen import Frozen

__all__ = ["AnswerSkill", "CureSpec", "InstructedSpec", "JudgeSkill", "Pattern", "Probability", "ReflectSkill"]


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


Probability = Annotated[float, Field(ge=0, le=1)]
Pattern = Annotated[str, AfterValidator(_regular_expression)]
"""A regular expression, searched without regard to case."""


class InstructedSpec(Frozen):
    """How something that it is told makes it right more or less often."""

    pattern: Pattern
    """A regular expression, searched without regard to case."""
    accuracy: float
    """Added to its accuracy where the pattern is found."""


class AnswerSkill(Frozen):
    """A simulated model that answers questions with a known answer: right so often, and wrong in so many ways."""

    accuracy: Probability = 0.8
    """Probability that an answer is the known one."""
    correlation: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """How much it depends on the question, which is as hard for all models: pairs of models with the same value are
    right together as if the normal numbers behind their answers were so correlated (one-factor Gaussian copula)."""
    choices: Annotated[int, Field(ge=2, le=26)] = 4
    """Answers that there are, one of them right: who is wrong gives any other, each as often."""
    debating: tuple[InstructedSpec, ...] = ()
    """What it is told when it hears others in a debate (`instructions`), and how that changes what it sees in them."""


class JudgeSkill(Frozen):
    """A simulated model that compares answers, writes one out of several, or scores them."""

    accuracy: Probability = 0.9
    """Probability that it prefers a right one where some are right and some are wrong."""
    position_bias: Probability = 0.0
    """The share of questions where it prefers whatever it is shown first."""
    garbage: Probability = 0.0
    """The share of its answers in which there is no verdict."""
    rules: tuple[InstructedSpec, ...] = ()
    """What it is told beforehand: its rubric, and a fusion's `instructions` where it writes."""


class CureSpec(Frozen):
    """What mends one kind of mistake."""

    mistake: Pattern = ""
    """Which: searched in its name, such as `policy_violation(confirmed_before_write) cancel_order/returns`."""
    rule: str = ""
    """The rule that helps."""
    removes: Pattern | None = None
    """The rule that does harm: the first that this is found in is replaced by `rule`, or goes where there is none."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.rule and self.removes is None:
            raise ValueError("a cure needs a rule, or one that it removes")
        return self


class ReflectSkill(Frozen):
    """A simulated model that reads what went wrong and proposes an edit of the instructions."""

    cures: tuple[CureSpec, ...] = ()
    """What helps; the first whose mistake is the one at hand."""
    accuracy: Probability = 0.5
    """Probability that it proposes the cure where there is one; else something that sounds well and changes nothing."""
    harm: Probability = 0.0
    """The share of its proposals that do harm."""
    harmful: tuple[str, ...] = ("Decide by yourself and do not ask; speed is what counts.",)
    """Rules that do harm, each as often: say as a `rule` of the agent's skill what they do."""
    garbage: Probability = 0.0
    """The share of its answers in which there is no edit."""
