"""Agents of one's own in Python: what they say counts, what they ask is paid for, what they break is theirs."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from wardian.agents.callable_agent import CallableAgent
from wardian.agents.own_calls import OwnCalls
from wardian.base.completion import Completion
from wardian.base.errors import ConfigError, ModelError
from wardian.base.imported import imported, source_digest
from wardian.base.messages import Message, Origin, Request, Sampling, ToolCall, ToolSchema
from wardian.base.usage import Retry, Usage

HELLO = Message(role="user", content="Hello")
ORIGIN = Origin(episode="e", task="w/t", path="t1/agent")
USAGE = Usage(input_tokens=10, output_tokens=2)
RETRY = Retry(kind="timeout", at_s=1.0, pause_s=2.0)


class Model:
    name = "m"

    def __init__(self, price: float | None = 0.5) -> None:
        self.heard: list[Request] = []
        self._price = price

    async def complete(self, request: Request) -> Completion:
        self.heard.append(request)
        said = Message(role="assistant", content="Hi")
        return Completion(message=said, finish="stop", model="big", usage=USAGE, cost_usd=self._price)


def agent(answer: Any, model: Model | None = None, sampling: Sampling | None = None) -> CallableAgent:
    calls = OwnCalls(model, sampling or Sampling(), "mine")
    return CallableAgent(answer, calls, asks=model is not None)


async def test_a_text_or_a_message_is_the_next_one_and_costs_nothing() -> None:
    call = ToolCall(id="1", name="add")

    async def calling(history: Sequence[Message], tools: Sequence[ToolSchema]) -> Message:
        return Message(role="assistant", tool_calls=(call,))

    said = await agent(lambda history, tools: f"{len(history)} {len(tools)}").act([HELLO], [], ORIGIN)
    assert (said.message.content, said.model, said.cost_usd, said.finish) == ("1 0", "mine", 0.0, "stop")
    called = await agent(calling).act([HELLO], [], ORIGIN)
    assert (called.message.tool_calls, called.finish) == ((call,), "tool_calls")


async def test_a_class_is_made_for_the_episode_and_may_remember() -> None:
    class Counting:
        def __init__(self) -> None:
            self.turn = 0

        async def __call__(self, history: Sequence[Message], tools: Sequence[ToolSchema]) -> str:
            self.turn += 1
            return str(self.turn)

    one, other = agent(Counting), agent(Counting)
    assert [(await each.act([], [], ORIGIN)).message.content for each in (one, one, other)] == ["1", "2", "1"]


async def test_what_is_no_coroutine_does_not_hold_up_the_others() -> None:
    def where(history: Sequence[Message], tools: Sequence[ToolSchema]) -> str:
        return threading.current_thread().name

    assert (await agent(where).act([], [], ORIGIN)).message.content != threading.current_thread().name


async def test_its_model_calls_are_in_the_message_that_comes_of_them() -> None:
    async def asking(history: Sequence[Message], tools: Sequence[ToolSchema], ask: OwnCalls) -> str:
        await ask(history, tools)
        return (await ask([HELLO], sampling=Sampling(max_tokens=900, temperature=0.0))).message.content

    model = Model()
    mine = agent(asking, model, Sampling(max_tokens=100, temperature=1.0))
    said = await mine.act([HELLO], [], ORIGIN)
    assert (said.message.content, said.model, said.cost_usd) == ("Hi", "big", 1.0)
    assert (said.usage.input_tokens, said.usage.output_tokens) == (20, 4)
    first, second = model.heard
    assert (first.sampling, second.sampling.temperature, second.sampling.max_tokens) == (
        Sampling(max_tokens=100, temperature=1.0),
        0.0,
        100,
    )
    assert [request.origin.path for request in model.heard if request.origin] == ["t1/agent/1", "t1/agent/2"]
    assert (await agent(asking, Model(price=None)).act([], [], ORIGIN)).cost_usd is None


async def test_what_its_code_raises_is_the_agents_fault_and_what_its_model_lacks_is_not() -> None:
    class NoCredit(Model):
        async def complete(self, request: Request) -> Completion:
            error = ModelError("no_credit", "the account is empty", lasting=True)
            error.retried = (RETRY,)
            raise error

    async def asking(history: Sequence[Message], tools: Sequence[ToolSchema], ask: OwnCalls) -> str:
        return (await ask(history)).message.content

    with pytest.raises(ModelError) as broken:
        await agent(lambda history, tools: history[7]).act([], [], ORIGIN)
    assert (broken.value.cause, broken.value.kind) == ("agent", "IndexError")
    with pytest.raises(ModelError) as unpaid:
        await agent(asking, NoCredit()).act([], [], ORIGIN)
    assert (unpaid.value.cause, unpaid.value.kind, unpaid.value.lasting) == ("provider", "no_credit", True)
    assert unpaid.value.retried == (RETRY,)
    with pytest.raises(ModelError, match="a text or an assistant's Message is wanted, not dict"):
        await agent(lambda history, tools: {"role": "assistant"}).act([], [], ORIGIN)


def test_who_is_given_a_model_must_be_able_to_wait_for_it() -> None:
    with pytest.raises(ConfigError, match="must be an async function"):
        agent(lambda history, tools, ask: "", Model())


def test_it_is_found_in_the_working_directory_and_its_file_is_hashed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    (tmp_path / "found_here.py").write_text("def answer(history, tools):\n    return 'A'\n")
    before = source_digest("found_here:answer")
    assert imported("found_here:answer")([], []) == "A"
    (tmp_path / "found_here.py").write_text("def answer(history, tools):\n    return 'B'\n")
    assert source_digest("found_here:answer") != before
    for path, wrong in {
        "found_here:other": "has no 'other'",
        "not_there:x": "there is no module 'not_there'",
        "not_there.deep:x": "cannot be imported",
    }.items():
        with pytest.raises(ConfigError, match=wrong):
            imported(path)
