"""What an episode has done up to one of its events, in the words of a conversation."""

from dataclasses import dataclass

import orjson

from wardian.base.identity import canonical_json
from wardian.base.messages import ToolCall
from wardian.environments.observation import Observation
from wardian.simulator.conversation import Call, Function, Turn

__all__ = ["Past", "same_call"]


@dataclass(frozen=True, slots=True)
class Past:
    """The agent's turns with their results, and the calls that came through."""

    turns: tuple[Turn, ...] = ()
    done: frozenset[bytes] = frozenset()

    def said(self, text: str) -> "Past":
        """The agent has spoken to the user."""
        return Past((*self.turns, Turn(role="assistant", content=text)), self.done)

    def acted(self, call: ToolCall, observation: Observation) -> "Past":
        """The agent has called a tool."""
        made = Call(function=Function(name=call.name, arguments=call.arguments))
        asked, told = Turn(role="assistant", tool_calls=(made,)), Turn(role="tool", content=observation.text)
        through = observation.error is None or bool(observation.changes)
        return Past((*self.turns, asked, told), self.done | {same_call(call)} if through else self.done)


def same_call(call: ToolCall) -> bytes:
    """Equal for calls of one tool with equal arguments, however they are written."""
    try:
        return canonical_json([call.name, orjson.loads(call.arguments)])
    except orjson.JSONDecodeError:
        return f"{call.name}({call.arguments})".encode("utf-8", "surrogatepass")
