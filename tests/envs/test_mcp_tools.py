"""The tools of a real MCP server, written with the SDK, as an environment."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp.server.transport_security import TransportSecuritySettings
from support.mcp_server import notes
from support.scripts import say
from support.shipped import ROOT, shipped

from wardian.base.errors import ConfigError, EnvironmentFault
from wardian.base.messages import ToolCall
from wardian.certification.trial import solved, tried
from wardian.environments.pack import Pack
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.local import served

STDIO = f"{sys.executable} {ROOT / 'tests/support/mcp_server.py'}"
TASKS = """\
- id: milk
  prompt: Please note that we need milk.
  policy: You keep the notes of a household.
  checks:
    - {called: add_note}
    - {ask: list_notes, matches: '(?i)milk'}
    - {matches: '(?i)noted'}
  reference:
    - {call: add_note, arguments: {text: buy milk}}
    - {say: Noted.}
- id: read
  prompt: What is on the list?
  checks: [{matches: none}]
  reference: [{call: list_notes}, {say: There is none.}]
"""


def opened(folder: Path, server: str = STDIO, tasks: str = TASKS) -> Pack:
    (folder / "tasks.yaml").write_text(tasks)
    return shipped("mcp_tools", server=server, tasks=str(folder / "tasks.yaml"))


@asynccontextmanager
async def over_http() -> AsyncIterator[str]:
    """The server on a port of its own."""
    open_to_all = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = notes().streamable_http_app(stateless_http=True, json_response=True, transport_security=open_to_all)

    async def as_ours(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    async with app.router.lifespan_context(app), served(as_ours) as url:
        yield f"{url}/mcp"


async def test_a_task_is_solved_with_the_tools_of_a_server_that_is_started_for_it(tmp_path: Path) -> None:
    pack = opened(tmp_path)
    assert pack.replay == "restart"
    for card in pack.tasks():
        episode = await tried(pack, card, pack.reference(card.id))
        assert solved(episode), (episode.failure, episode.findings)
    milk = pack.tasks()[0]
    episode = await tried(pack, milk, pack.reference("milk"))
    assert episode.acted[0].observation.text == "note 1"  # each episode has a server of its own
    assert episode.acted[0].changed
    assert not solved(await tried(pack, milk, []))
    assert not solved(await tried(pack, milk, [say("Noted.")]))


async def test_a_server_at_a_url_is_spoken_to_over_streamable_http(tmp_path: Path) -> None:
    async with over_http() as url:
        pack = opened(tmp_path, url)
        assert solved(await tried(pack, pack.tasks()[0], pack.reference("milk")))
        again = await tried(pack, pack.tasks()[0], pack.reference("milk"))
    assert again.acted[0].observation.text == "note 2"  # what lives on there is the server's affair


async def test_what_the_server_refuses_is_an_observation(tmp_path: Path) -> None:
    environment = opened(tmp_path).environment("milk")
    assert environment.tools() == []
    await environment.open(0)
    assert {tool.name: tool.effect for tool in environment.tools()} == {"add_note": "write", "list_notes": "read"}
    before = environment.digest()
    calls = {
        ("fly", "{}"): "unknown_tool",
        ("add_note", "{"): "invalid_arguments",
        ("add_note", "[]"): "invalid_arguments",
        ("add_note", '{"text": ""}'): "tool_error",
        ("list_notes", "{}"): None,
    }
    for (name, arguments), code in calls.items():
        observation = await environment.call(ToolCall(id="1", name=name, arguments=arguments))
        assert observation.error == code, observation
    assert environment.digest() != before
    with pytest.raises(EnvironmentFault, match="cannot be saved"):
        environment.snapshot()
    environment.close()


async def test_a_server_that_is_not_there_is_the_environments_fault(tmp_path: Path) -> None:
    for server in ("/no/such/program", "http://127.0.0.1:9/mcp", f"{sys.executable} -c pass"):
        pack = opened(tmp_path, server)
        episode = await tried(pack, pack.tasks()[0], [])
        assert episode.missing, server
        assert episode.failure is not None
        assert "does not answer" in episode.failure.message


@pytest.mark.parametrize(
    ("tasks", "wrong"),
    [
        ("- {id: a, prompt: b}", "0.checks: Field required"),
        ("- {id: a, prompt: b, checks: [{matches: '('}]}", "no regular expression"),
        ("[]", "at least 1 item"),
        ("- {id: a, prompt: b, checks: [{matches: x}]}\n- {id: a, prompt: b, checks: [{matches: x}]}", "the same id"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_mistake_in_the_tasks_is_named(tmp_path: Path, tasks: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        opened(tmp_path, tasks=tasks)


def test_knobs_that_are_missing_are_named() -> None:
    with pytest.raises(ConfigError, match="set the knob 'server'"):
        shipped("mcp_tools")
