"""Writing a task's solution: what an agent says and calls that does everything right."""

from dataclasses import dataclass, field

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.base.messages import Message, ToolCall
from wardian.environments.brief import Request
from wardian.environments.checks import Check
from wardian.environments.life.event import Event

__all__ = ["Issue", "Solution"]


@dataclass(frozen=True)
class Issue:
    """One request of a user, with the checks and events that it adds.

    Somebody's `Solution` has grown by how it is settled.
    """

    request: Request
    checks: tuple[Check, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass
class Solution:
    """Collects the `messages` in their order. Subclass it for what all solutions of a pack have in common."""

    messages: list[Message] = field(default_factory=list, kw_only=True)

    def say(self, text: str) -> None:
        """The agent says something: its turn ends."""
        self.messages.append(Message(role="assistant", content=text))

    def call(self, tool: str, /, **arguments: JsonValue) -> None:
        """The agent calls a tool."""
        number = sum(len(message.tool_calls) for message in self.messages) + 1
        call = ToolCall(id=f"call_{number}", name=tool, arguments=canonical_json(arguments).decode())
        self.messages.append(Message(role="assistant", tool_calls=(call,)))

    def has_called(self, tool: str) -> bool:
        """Whether the agent has called a tool by now."""
        return any(call.name == tool for message in self.messages for call in message.tool_calls)

    def finish(self, text: str) -> None:
        """The agent reports and asks for more."""
        self.say(f"{text} Is there anything else I can do for you?")
