"""What simulated models are good at besides tools: answering questions, and judging answers."""

from typing import Annotated

from pydantic import Field

from wardian.base.frozen import Frozen

__all__ = ["AnswerSkill", "JudgeSkill", "Probability"]

Probability = Annotated[float, Field(ge=0, le=1)]


class AnswerSkill(Frozen):
    """A simulated model that answers questions with a known answer: right so often, and wrong in so many ways."""

    accuracy: Probability = 0.8
    """Probability that an answer is the known one."""
    correlation: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """How much it depends on the question, which is as hard for all models: pairs of models with the same value are
    right together as if the normal numbers behind their answers were so correlated (one-factor Gaussian copula)."""
    choices: Annotated[int, Field(ge=2, le=26)] = 4
    """Answers that there are, one of them right: who is wrong gives any other, each as often."""


class JudgeSkill(Frozen):
    """A simulated model that compares answers, writes one out of several, or scores them."""

    accuracy: Probability = 0.9
    """Probability that it prefers a right one where some are right and some are wrong."""
    position_bias: Probability = 0.0
    """The share of questions where it prefers whatever it is shown first."""
    garbage: Probability = 0.0
    """The share of its answers in which there is no verdict."""
