"""The job's model behind a base URL."""

from typing import Any

import httpx
import orjson

from wardian.agents.own_calls import OwnCalls
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, Sampling, ToolCall
from wardian.base.usage import Usage
from wardian.serving.model_app import ModelApp

CALL = ToolCall(id="c1", name="add", arguments='{"by": 2}')


class Model:
    name = "m"

    def __init__(self, error: ModelError | None = None) -> None:
        self.heard: list[Request] = []
        self._error = error

    async def complete(self, request: Request) -> Completion:
        self.heard.append(request)
        if self._error is not None:
            raise self._error
        message = Message(role="assistant", content="Well:", tool_calls=(CALL,))
        usage = Usage(input_tokens=7, output_tokens=1)
        return Completion(message=message, finish="tool_calls", model="big", usage=usage)


async def ask(model: Model, body: Any, failed: list[ModelError] | None = None) -> httpx.Response:
    calls = OwnCalls(model, Sampling(), "mine")
    app = ModelApp(calls, "m", (failed if failed is not None else []).append)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x/v1") as http:
        return await http.post("/chat/completions", json=body)


async def test_a_question_reaches_the_model_as_it_was_asked() -> None:
    model = Model()
    function = {"name": "add", "description": "Add.", "parameters": {"type": "object", "properties": {}}}
    made = {"id": "c0", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    messages = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
        {"role": "assistant", "content": None, "tool_calls": [made]},
        {"role": "tool", "content": "4", "tool_call_id": "c0"},
    ]
    sampling = {"temperature": 0.5, "max_completion_tokens": 9, "stop": "END", "seed": 1}
    tools = [{"type": "function", "function": function}]
    answer = (await ask(model, {"model": "any", "messages": messages, "tools": tools, **sampling})).json()
    (request,) = model.heard
    assert [(each.role, each.content) for each in request.messages] == [
        ("system", "Be kind."),
        ("user", "Hello"),
        ("assistant", ""),
        ("tool", "4"),
    ]
    assert request.messages[2].tool_calls[0].name == "add"
    assert request.messages[3].tool_call_id == "c0"
    assert [tool.name for tool in request.tools] == ["add"]
    assert request.sampling == Sampling(temperature=0.5, max_tokens=9, stop=("END",), seed=1)
    (choice,) = answer["choices"]
    assert choice["message"]["tool_calls"][0]["function"] == {"name": "add", "arguments": '{"by": 2}'}
    assert (choice["finish_reason"], answer["usage"]["total_tokens"], answer["model"]) == ("tool_calls", 8, "big")


async def test_a_stream_holds_the_same() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    answer = await ask(Model(), {**body, "stream_options": {"include_usage": True}})
    events = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
    assert events.pop() == "[DONE]"
    parts = [orjson.loads(event) for event in events]
    deltas = [choice["delta"] for part in parts for choice in part["choices"]]
    assert "".join(delta.get("content", "") for delta in deltas) == "Well:"
    assert parts[-1]["usage"]["total_tokens"] == 8


async def test_mistakes_are_the_agents_and_failures_are_told() -> None:
    failed: list[ModelError] = []
    assert (await ask(Model(), {"messages": []}, failed)).status_code == 400
    question = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    overflow = Model(ModelError("context_overflow", "too long", cause="agent"))
    assert (await ask(overflow, question, failed)).json()["error"]["code"] == "context_overflow"
    assert failed == []
    await ask(Model(ModelError("timeout", "too slow")), question, failed)
    assert [error.kind for error in failed] == ["timeout"]


async def test_its_name_is_listed_and_nothing_else_is_there() -> None:
    failed: list[ModelError] = []
    app = ModelApp(OwnCalls(None, Sampling(), "mine"), "m", failed.append)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x/v1") as http:
        assert [model["id"] for model in (await http.get("/models")).json()["data"]] == ["m"]
        assert (await http.post("/embeddings", json={})).status_code == 404
