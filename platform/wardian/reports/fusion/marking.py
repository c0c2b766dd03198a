"""Whether an answer is the known one: as a panel that votes would count them the same."""

from wardian.base.messages import Message, Request
from wardian.fusion.agreement import Agreement
from wardian.specs.fusion.agree import AgreeSpec, ToolActionAgree
from wardian.specs.questions import Question

__all__ = ["is_right"]

TOOLS = ToolActionAgree(kind="tool_action")


def is_right(message: Message, question: Question, agree: AgreeSpec, request: Request) -> bool:
    """Whether `message` says what one of the question's gold answers says; `agree` is for questions that do not say."""
    agreement = Agreement(question.agree or agree, TOOLS)
    golds = (Message(role="assistant", content=gold) for gold in question.gold)
    key = agreement.key(message, request)
    return bool(key) and any(agreement.key(gold, request) == key for gold in golds)
