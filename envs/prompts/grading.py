"""Whether an answer is the gold one."""

from wardian.base.messages import Message, Request
from wardian.fusion.agreement import Agreement
from wardian.specs.fusion.agree import AgreeSpec, ToolActionAgree
from wardian.specs.questions import Question

__all__ = ["is_gold"]

NO_REQUEST = Request(model="", messages=())


def is_gold(answer: str, question: Question, agree: AgreeSpec) -> bool:
    """Whether a panel that votes would count `answer` and one of the gold answers as the same.

    What repeats a question of several words is no part of the answer: every choice stands in it.
    """
    agreement = Agreement(agree, ToolActionAgree(kind="tool_action"))
    own = answer.replace(question.prompt, " ") if " " in question.prompt else answer
    key = agreement.key(Message(role="assistant", content=own), NO_REQUEST)
    golds = {agreement.key(Message(role="assistant", content=gold), NO_REQUEST) for gold in question.gold}
    return bool(key) and key in golds
