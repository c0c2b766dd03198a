"""OpenAI's Responses API.

Reference: "Create a model response" in OpenAI's API reference. Nothing stays with the provider (`store: false`): every
request brings the whole conversation, as the other dialects do.
"""

from dataclasses import dataclass

from wardian.base.messages import Request, ResponseSchema, Sampling, ToolSchema
from wardian.models.dialects.dialect import Manner, bearer
from wardian.models.dialects.responses_items import Item, items_of, said_again
from wardian.models.dialects.responses_reply import chat_completion, items_in
from wardian.models.dialects.responses_stream import ResponsesGatherer
from wardian.models.reply import Reply, reply_in, root_of
from wardian.models.streaming import Gatherer

__all__ = ["ResponsesDialect"]


@dataclass(frozen=True, slots=True)
class ResponsesDialect(Manner):
    """A conversation as a list of items: messages, calls, results of calls."""

    @property
    def path(self) -> str:
        """What follows the base URL."""
        return "/responses"

    def headers(self, key: str | None) -> dict[str, str]:
        """The key as a bearer token."""
        return bearer(key)

    def encode(self, request: Request, model: str) -> bytes:
        """A response to create. The API has neither seed nor stop texts: they are not sent."""
        items = [item for message in request.messages for item in items_of(message)]
        body: dict[str, object] = {"model": model, "store": False, "input": items}
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
            if request.must_call:
                body["tool_choice"] = "required"
        if (shape := request.response_schema) is not None:
            body["text"] = {"format": _format(shape)}
        _sample(request.sampling, body)
        return self.encoded(body)

    def gatherer(self) -> Gatherer:
        """Waits for the response that ends the stream."""
        return ResponsesGatherer()

    def read(self, body: bytes, *, turn: int, prompt_tokens: int) -> Reply:
        """The answer, see `Dialect.read`."""
        response = root_of(body)
        reply = reply_in(chat_completion(response), turn=turn, prompt_tokens=prompt_tokens)
        return self.answered(reply, said_again(items_in(response), reply.message.tool_calls))


def _format(shape: ResponseSchema) -> dict[str, object]:
    if shape.any_object:
        return {"type": "json_object"}
    return {"type": "json_schema", "name": shape.name, "strict": True, "schema": shape.json_schema}


def _tool(tool: ToolSchema) -> Item:
    """Not `strict`, which is this API's default: it refuses schemas with optional arguments."""
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": False,
    }


def _sample(sampling: Sampling, body: dict[str, object]) -> None:
    if sampling.temperature is not None:
        body["temperature"] = sampling.temperature
    if sampling.top_p is not None:
        body["top_p"] = sampling.top_p
    if sampling.max_tokens is not None:
        body["max_output_tokens"] = sampling.max_tokens
