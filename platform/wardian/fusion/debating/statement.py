"""What a member says after it has heard the others."""

from typing import Annotated

from pydantic import Field, ValidationError

from wardian.base.frozen import Frozen
from wardian.base.messages import Message
from wardian.fusion.judging.salvage import salvaged, whole
from wardian.models.lenient import as_fraction, as_text

__all__ = ["Statement", "kept_statement", "statement_of"]


class Statement(Frozen):
    """A member's position after a round.

    Args:
        answer: the whole answer as it now stands.
        changed: whether that is another one than before.
        reason: why.
        confidence: from 0 to 1; None when it did not say.
    """

    answer: Annotated[str, Field(pattern=r"\S")]
    changed: bool = True
    reason: str = ""
    confidence: float | None = None


def statement_of(message: Message) -> Statement | None:
    """The statement that a member makes in `message`; None when there is no answer in it."""
    for value in (whole(message.content), *salvaged(message.content)):
        if isinstance(value, dict) and (answer := as_text(value.get("answer")).strip()):
            return Statement(
                answer=answer,
                changed=value.get("changed") is not False,
                reason=as_text(value.get("reason")).strip(),
                confidence=as_fraction(value.get("confidence")),
            )
    return None


def kept_statement(message: Message) -> Statement | None:
    """The statement behind a debater's answer, which is kept as its reasoning; None where there is none.

    Only for answers that have been heard: what a model gives as its reasoning is no statement.
    """
    try:
        return Statement.model_validate_json(message.reasoning or "")
    except ValidationError:
        return None
