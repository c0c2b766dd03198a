"""What all modes have in common."""

from dataclasses import dataclass
from typing import Protocol

from wardian.base.errors import ModelError
from wardian.base.fused import Answer, Decision, Ended
from wardian.base.messages import Message
from wardian.base.usage import FinishReason
from wardian.fusion.call import FusionCall

__all__ = ["FusionMode", "Outcome", "nobody"]


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


def nobody(name: str, answers: tuple[Answer, ...]) -> ModelError:
    """No member gave an answer that can be used.

    Where all have spoken, and said nothing of use, that is the models' own doing: asking again changes nothing.
    """
    reasons = "; ".join(f"{each.seat}: {each.failure.message if each.failure else each.state}" for each in answers)
    own = bool(answers) and all(_own_doing(answer) for answer in answers)
    message = f"no member of '{name}' answered: {reasons}"
    return ModelError("all_members_failed", message, cause="agent" if own else "provider")


def _own_doing(answer: Answer) -> bool:
    """Whether the model itself is to blame: it has answered, or cannot answer this."""
    if answer.failure is not None:
        return answer.failure.cause == "agent"
    return answer.message is not None and answer.state != "late"
