"""Messages that no model has made."""

from wardian.base.completion import Completion
from wardian.base.messages import Message

__all__ = ["unpaid"]


def unpaid(message: Message, author: str) -> Completion:
    """`message` as a completion that cost nothing; `author` stands where a model's name would."""
    finish = "tool_calls" if message.tool_calls else "stop"
    return Completion(message=message, finish=finish, model=author, cost_usd=0.0)
