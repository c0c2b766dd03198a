"""What all modes have in common."""

from dataclasses import dataclass
from typing import Protocol

from wardian.base.errors import ModelError
from wardian.base.fused import Answer, Decision, Ended
from wardian.base.messages import Message
from wardian.base.usage import FinishReason
from wardian.fusion.call import FusionCall

__all__ = ["FusionMode", "NobodyAnswered", "Outcome", "nobody"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of a fusion.

    Args:
        message: what it says or does.
        finish: how that ends.
        decision: why this.
        mode: the mode that decided, where another than the configured one had to.
        ended: why the panel was not waited for any more.
    """

    message: Message
    finish: FinishReason
    decision: Decision
    mode: str
    ended: Ended = "settled"

    @classmethod
    def verbatim(cls, answer: Answer, decision: Decision, mode: str, ended: Ended = "settled") -> "Outcome":
        """A member's answer as it is."""
        return cls(answer.message or Message(role="assistant"), answer.finish or "stop", decision, mode, ended)


class FusionMode(Protocol):
    """Makes one answer out of a panel's."""

    async def settle(self, call: FusionCall) -> Outcome:
        """Ask whom it takes, and decide.

        Raises:
            ModelError: when there is no answer at all, or a member's that ends the fusion.
        """
        ...


class NobodyAnswered(ModelError):
    """No member of a fusion gave an answer that can be used; `answers` are what came of them."""

    def __init__(self, message: str, answers: tuple[Answer, ...]) -> None:
        super().__init__("all_members_failed", message)
        self.answers = answers


def nobody(name: str, answers: tuple[Answer, ...]) -> NobodyAnswered:
    """No member gave an answer that can be used."""
    reasons = "; ".join(f"{each.seat}: {each.failure.message if each.failure else each.state}" for each in answers)
    return NobodyAnswered(f"no member of '{name}' answered: {reasons}", answers)
