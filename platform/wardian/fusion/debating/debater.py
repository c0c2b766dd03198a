"""A member who hears what others say, and may change its mind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wardian.base.completion import Completion
from wardian.base.fused import Answer
from wardian.base.messages import Message, Request
from wardian.fusion.debating.statement import kept_statement, statement_of
from wardian.fusion.judging.lineup import line_up
from wardian.fusion.judging.questions import UNTRUSTED, block
from wardian.fusion.seats import Seat
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.modes import DebateSpec

__all__ = ["Debater", "debater"]

SHOWING: Final = JudgeSpec(model="nobody")
"""Positions are shown to members as candidates are to a judge: without names, and none longer than others."""
TASK: Final = """\
Others answered differently. This is what they say; you are not told who or how many they are.

{positions}

{untrusted}
Check their claims and your own. Change your answer only where you find that it was wrong: agreeing is worth nothing, \
being right is.{instructions} Answer with nothing but a JSON object with these keys:
"answer": your whole answer to the conversation, in the form that it demands, as one text;
"changed": whether it is another one than before;
"reason": in a sentence or two, what decides it;
"confidence": from 0 to 1, how sure you are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debater(Seat):
    """A seat in a later round: asked with the others' positions, and heard as a statement.

    Args:
        own: its answer so far.
        positions: what others say, each in a block of its own.
        instructions: what it is told beside the usual.
    """

    own: Message
    positions: str
    instructions: str = ""

    def question(self, request: Request) -> Request:
        """`request`, the seat's answer to it, and what others say."""
        more = f" {self.instructions}" if self.instructions else ""
        told = TASK.format(positions=self.positions, untrusted=UNTRUSTED, instructions=more)
        before = self.own.model_copy(update={"thoughts": None})
        messages = (*request.messages, before, Message(role="user", content=told))
        asked = Seat.question(self, request)
        return asked.model_copy(update={"messages": messages, "response_schema": None})

    def heard(self, completion: Completion) -> Completion:
        """Its answer as it now stands, with the statement as its reasoning; no answer where there is no statement."""
        said = completion.message
        statement = statement_of(said)
        if statement is None:
            message = Message(role="assistant", reasoning=said.content or said.reasoning)
        else:
            content = statement.answer if statement.changed else self.own.content
            message = Message(role="assistant", content=content, reasoning=statement.model_dump_json())
        return completion.model_copy(update={"message": message})


def debater(seat: Seat, own: Answer, others: Sequence[Answer], round_: int, spec: DebateSpec) -> Debater:
    """`seat` in the round `round_`, in which it hears what `others` say: one of each position."""
    shown = line_up([_argued(other) for other in others], SHOWING, spec.seed)
    blocks = "\n\n".join(block("position", shown.nonce, "", text) for text in shown.texts)
    return Debater(
        name=seat.name,
        client=seat.client,
        spec=seat.spec,
        path=f"{seat.path}/round{round_}",
        draw=seat.draw,
        own=own.message or Message(role="assistant"),
        positions=blocks,
        instructions=spec.instructions,
    )


def _argued(answer: Answer) -> Answer:
    """An answer with the reason that was given for it in an earlier round."""
    message = answer.message or Message(role="assistant")
    statement = kept_statement(message) if answer.round else None
    if statement is None or not statement.reason:
        return answer
    argued = message.model_copy(update={"content": f"{message.content}\n\nReason: {statement.reason}"})
    return answer.model_copy(update={"message": argued})
