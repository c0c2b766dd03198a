"""Tools for models that cannot call any: they are described in the prompt, and calls are read from the text.

The protocol is the one that Qwen and Hermes models were trained on: a call is
`<tool_call>{"name": …, "arguments": {…}}</tool_call>`, its result comes back as
`<tool_response>…</tool_response>` in the user's next message.
"""

from collections.abc import Sequence
from functools import lru_cache

import orjson

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.models.text_calls import read_calls

__all__ = ["TextToolsClient"]

INSTRUCTIONS = """\
# Tools
You may call these tools. Each line is one tool with the JSON Schema of its arguments:
<tools>
{tools}
</tools>
To call a tool, answer with nothing but
<tool_call>
{{"name": "<tool>", "arguments": {{...}}}}
</tool_call>
Arguments must be valid JSON. The result comes back in <tool_response>. Without a call, your answer goes to the user."""


class TextToolsClient:
    """Gives tools to an `inner` client that is never asked for native tool calls."""

    def __init__(self, inner: ModelClient) -> None:
        self.name = inner.name
        self._inner = inner

    async def complete(self, request: Request) -> Completion:
        """Ask in plain text, answer with tool calls.

        Raises:
            ModelError: whatever `inner` raises.
        """
        messages = _plain(request.messages, request.tools)
        completion = await self._inner.complete(request.model_copy(update={"messages": messages, "tools": ()}))
        if not request.tools:
            return completion
        return _with_calls(completion, len(request.messages))


def _with_calls(completion: Completion, turn: int) -> Completion:
    text, calls = read_calls(completion.message.content, turn)
    if not calls:
        return completion
    message = completion.message.model_copy(update={"content": text, "tool_calls": calls})
    finish = "tool_calls" if completion.finish == "stop" else completion.finish
    return completion.model_copy(update={"message": message, "finish": finish})


def _plain(messages: Sequence[Message], tools: tuple[ToolSchema, ...]) -> tuple[Message, ...]:
    """The conversation without any tool call, the tools described in its first system message."""
    plain: list[Message] = []
    for message in messages:
        if message.role != "tool":
            plain.append(_spoken(message))
        elif plain and _is_response(plain[-1]):
            plain[-1] = Message(role="user", content=f"{plain[-1].content}\n{_response(message)}")
        else:
            plain.append(Message(role="user", content=_response(message)))
    return _described(plain, tools)


def _described(messages: list[Message], tools: tuple[ToolSchema, ...]) -> tuple[Message, ...]:
    if not tools:
        return tuple(messages)
    manual = _manual(tuple(tool.wire for tool in tools))
    if messages and messages[0].role == "system":
        system = Message(role="system", content=f"{messages[0].content}\n\n{manual}")
        return (system, *messages[1:])
    return (Message(role="system", content=manual), *messages)


@lru_cache(maxsize=64)
def _manual(tools: tuple[bytes, ...]) -> str:
    lines = (orjson.dumps(orjson.loads(tool)["function"]).decode() for tool in tools)
    return INSTRUCTIONS.format(tools="\n".join(lines))


def _spoken(message: Message) -> Message:
    if not message.tool_calls:
        return message
    said = [message.content, *map(_call, message.tool_calls)]
    return Message(role="assistant", content="\n".join(part for part in said if part))


def _call(call: ToolCall) -> str:
    """The call as the model should have written it; arguments that are no JSON are shown as they were."""
    name = orjson.dumps(call.name).decode()
    return f'<tool_call>\n{{"name": {name}, "arguments": {call.arguments or "{}"}}}\n</tool_call>'


def _response(message: Message) -> str:
    return f"<tool_response>\n{message.content}\n</tool_response>"


def _is_response(message: Message) -> bool:
    return message.role == "user" and message.content.startswith("<tool_response>\n")
