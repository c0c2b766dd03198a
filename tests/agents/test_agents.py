"""Agents: what they ask, and what they say without asking."""

from collections.abc import Sequence

from support.packs.counter.environment import ADD, add

from wardian.agents.script_agent import ScriptAgent
from wardian.agents.tool_agent import ToolAgent
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request, Sampling

HELLO = Message(role="user", content="Hello")
ORIGIN = Origin(episode="e", task="w/t", path="t1/agent")


class Listener:
    name = "m"

    def __init__(self) -> None:
        self.heard: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        self.heard.append(request)
        return Completion(message=Message(role="assistant", content="Hi"), finish="stop", model="m")


async def test_the_prompt_comes_first_and_the_conversation_follows() -> None:
    client = Listener()
    await ToolAgent(client, "Be kind.", Sampling(temperature=0.0)).act([HELLO], [ADD], ORIGIN)
    [request] = client.heard
    assert [message.role for message in request.messages] == ["system", "user"]
    assert (request.tools, request.model, request.sampling.temperature) == ((ADD,), "m", 0.0)


async def test_without_a_prompt_there_is_no_system_message() -> None:
    client = Listener()
    await ToolAgent(client).act([HELLO], [], ORIGIN)
    assert client.heard[0].messages == (HELLO,)


def test_who_asks_does_not_change_a_requests_digest() -> None:
    request = Request(model="m", messages=(HELLO,), origin=ORIGIN)
    assert request.digest == request.model_copy(update={"origin": None}).digest
    assert request.digest != Request(model="n", messages=(HELLO,)).digest


async def test_a_script_is_played_to_its_end_and_then_silence() -> None:
    agent = ScriptAgent([add(1), HELLO], "reference")
    said: Sequence[Completion] = [await agent.act([], [], ORIGIN) for _ in range(4)]
    assert [answer.message.content for answer in said] == ["", "Hello", "", ""]
    assert [answer.finish for answer in said] == ["tool_calls", "stop", "stop", "stop"]
    assert {answer.cost_usd for answer in said} == {0.0}
