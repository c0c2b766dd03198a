"""Evidence, a reflection model that says what a test wants, and a memo in memory."""

from collections.abc import Callable, Sequence

import orjson

from wardian.base.bundle import Bundle
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, Sampling, ToolSchema
from wardian.base.usage import Usage
from wardian.models.recorded import Recorded
from wardian.optimization.evidence.evidence import Counterfactual, Evidence, Excerpt, ToolSheet
from wardian.optimization.proposals.edit import Change
from wardian.optimization.proposals.proposer import Assignment
from wardian.optimization.proposals.reflection import ReflectionProposer

__all__ = ["CANCEL", "CHAMPION", "EVIDENCE", "Keeping", "Reflecting", "answer", "assigned", "proposer"]

CANCEL = ToolSchema(
    name="cancel_order",
    description="Cancels an order.",
    parameters={"type": "object", "properties": {"order_id": {"type": "string", "description": "Of the order."}}},
    effect="write",
)
CHAMPION = Bundle(
    agent="support",
    texts={
        "system": "You help customers of a shop.\n\n- Be brief.\n- Never ask whether they are sure.",
        "recovery": "",
        "tool:cancel_order.description": "Cancels an order.",
    },
)
EVIDENCE = Evidence(
    detector="policy_violation",
    tool="cancel_order",
    about="confirmed_before_write",
    template="returns",
    failed=7,
    counterfactual=Counterfactual(tried=5, flipped=4),
    excerpts=(
        Excerpt(
            episode="e1",
            task="retail/returns-3",
            succeeded=False,
            turns="user: please cancel order W10482 as I told your colleague in the chat last night\n"
            "agent calls order_log {}\n"
            'agent calls cancel_order {"order_id": "W10482"} → {"status": "in_transit"}',
            difference="orders.status: wrong",
            mended="before it: say “Shall I cancel your order W20777 of yesterday morning for you now?”",
        ),
    ),
    sheet=ToolSheet(name="cancel_order", description="Cancels an order.", parameters="{}"),
)


class Reflecting:
    """Says what `say` makes of the question, and counts its calls."""

    name = "reflector"

    def __init__(self, say: Callable[[Request], str | ModelError]) -> None:
        self._say = say
        self.asked: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        said = self._say(request)
        if isinstance(said, ModelError):
            raise said
        message = Message(role="assistant", content=said)
        usage = Usage(input_tokens=100, output_tokens=20)
        return Completion(message=message, finish="stop", model="reflector", cost_usd=0.5, usage=usage)


class Keeping:
    """A memo that outlives its campaign."""

    def __init__(self) -> None:
        self.kept: dict[str, Recorded] = {}

    async def get(self, key: str) -> Recorded | None:
        return self.kept.get(key)

    async def put(self, key: str, reply: Recorded) -> None:
        self.kept[key] = reply


def answer(*changes: Change, why: str = "So.") -> str:
    said = [{"rule": None, "text": None, **change.model_dump(exclude={"after"})} for change in changes]
    return orjson.dumps({"why": why, "changes": said}).decode()


def assigned(component: str = "system", number: int = 0, parent: Bundle = CHAMPION) -> Assignment:
    return Assignment(number=number, parent=parent, component=component, evidence=EVIDENCE)


def proposer(
    client: Reflecting, memo: Keeping | None = None, tools: Sequence[ToolSchema] = (CANCEL,)
) -> ReflectionProposer:
    sampling = Sampling(max_tokens=500)
    return ReflectionProposer(client, sampling, CHAMPION, tools, memo or Keeping(), SystemClock())
