"""What was said, as the attributes of spans hold it: JSON texts, with everything of a key's shape covered.

Shapes: gen-ai-input-messages.json and gen-ai-output-messages.json of OpenTelemetry's conventions.
"""

from collections.abc import Iterable

import orjson

from wardian.base.completion import Completion
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import FinishReason
from wardian.episodes.record import Acted, Episode, Event, Said
from wardian.specs.masking import mask
from wardian.tracking import gen_ai

__all__ = ["answered", "conversation", "heard", "said"]

Part = dict[str, object]


def conversation(episode: Episode, prompt: str) -> dict[str, str]:
    """The attributes of an episode's own span: the system prompt, how it began, and the last thing the agent said."""
    events, asked = episode.events, episode.asked
    opening = next((place for place, event in enumerate(events) if event.kind == "asked"), len(events))
    known = {gen_ai.INPUT_MESSAGES: heard(events[:opening])}
    if prompt:
        known[gen_ai.SYSTEM_INSTRUCTIONS] = _masked([_text(prompt)])
    return known | ({gen_ai.OUTPUT_MESSAGES: said(asked[-1].completion)} if asked else {})


def heard(events: Iterable[Event]) -> str:
    """What a model is told by the environment's `events`, for `gen_ai.input.messages`."""
    return _masked([_input(event) for event in events if event.kind != "asked"])


def said(completion: Completion) -> str:
    """What it answers, for `gen_ai.output.messages`."""
    return answered(completion.message, completion.finish)


def answered(message: Message, finish: FinishReason) -> str:
    """A model's `message` and how it ended, for `gen_ai.output.messages`."""
    parts: list[Part] = [{"type": "reasoning", "content": message.reasoning}] if message.reasoning else []
    parts += [_text(message.content)] if message.content else []
    parts += [_call(call) for call in message.tool_calls]
    return _masked([{"role": "assistant", "parts": parts, "finish_reason": finish}])


def _masked(value: object) -> str:
    return mask(orjson.dumps(value).decode())


def _input(event: Said | Acted) -> Part:
    if event.kind == "acted":
        part = {"type": "tool_call_response", "id": event.call.id, "response": event.observation.text}
        return {"role": "tool", "parts": [part]}
    return {"role": "system" if event.speaker == "policy" else "user", "parts": [_text(event.text)]}


def _text(text: str) -> Part:
    return {"type": "text", "content": text}


def _call(call: ToolCall) -> Part:
    return {"type": "tool_call", "id": call.id, "name": call.name, "arguments": call.arguments}
