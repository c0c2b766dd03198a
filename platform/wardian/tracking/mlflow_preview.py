"""How an episode begins and ends, in the form of which MLflow's list of traces shows the words."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from wardian.tracking import gen_ai
from wardian.tracking.span import Span

__all__ = ["INPUTS", "OUTPUTS", "previewed"]

INPUTS: Final = "mlflow.spanInputs"
OUTPUTS: Final = "mlflow.spanOutputs"

Message = dict[str, str]


def previewed(root: Span) -> dict[str, Any]:
    """Attributes for an episode's own span, in the shape of OpenAI's chat completions.

    The agent's own prompt comes first. MLflow's list shows the last thing that the user says before the agent's first
    answer, and the agent's last words: of an answer without words the calls that it asks for. Empty where the span does
    not say what was said.
    """
    heard, said = (_messages(root.attributes.get(key)) for key in (gen_ai.INPUT_MESSAGES, gen_ai.OUTPUT_MESSAGES))
    heard = _instructed(root.attributes.get(gen_ai.SYSTEM_INSTRUCTIONS)) + heard
    known: dict[str, Any] = {INPUTS: {"messages": heard}} if heard else {}
    return known | ({OUTPUTS: {"choices": [{"message": said[-1]}]}} if said else {})


def _instructed(told: object) -> list[Message]:
    """The agent's own prompt, which it reads first."""
    return [{"role": "system", "content": _words(orjson.loads(told))}] if isinstance(told, str) else []


def _messages(told: object) -> list[Message]:
    if not isinstance(told, str):
        return []
    messages = ({"role": each["role"], "content": _words(each["parts"])} for each in orjson.loads(told))
    return [message for message in messages if message["content"]]


def _words(parts: list[Mapping[str, Any]]) -> str:
    texts = [part["content"] for part in parts if part["type"] == "text"]
    calls = [f"{part['name']}({part['arguments']})" for part in parts if part["type"] == "tool_call"]
    results = [part["response"] for part in parts if part["type"] == "tool_call_response"]
    return "\n".join(texts or calls or results)
