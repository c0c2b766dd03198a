"""When two answers are the same: a key for each, equal for equal ones."""

from wardian.base.identity import digest
from wardian.base.messages import Message, Request
from wardian.fusion.actions import Actions
from wardian.fusion.readings import reading_of
from wardian.specs.fusion.agree import AgreeSpec, ToolActionAgree

__all__ = ["Agreement"]


class Agreement:
    """The keys of a fusion's answers.

    Args:
        texts: when two texts are the same.
        tools: when two turns with tool calls are.

    Raises:
        ConfigError: when a function of the user's is not there.
    """

    def __init__(self, texts: AgreeSpec, tools: ToolActionAgree) -> None:
        self._reading = reading_of(texts)
        self.actions = Actions(texts if texts.kind == "tool_action" else tools)

    def key(self, message: Message, request: Request) -> str:
        """Equal for messages that say or do the same; "" for one that equals nothing, such as an invalid call."""
        if not message.tool_calls:
            said = self._reading(message.content)
            return "" if said is None else digest(f"text:{said}".encode("utf-8", "surrogatepass"))
        done = self.actions.canonical(message, request)
        return "" if done is None else digest(done)
