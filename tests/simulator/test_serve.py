"""The provider on a real port, in a process of its own."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest
from support.simulator import body, heard

from wardian.base.child import ChildServer

PROGRAM = """
import sys
from wardian.simulator.app import SimulatorApp
from wardian.simulator.serve import serve
from wardian.specs.models import SimulatorServer, SkillSpec

class NoTasks:
    def script(self, task):
        return None

spec = SimulatorServer(kind="simulator", skills={"sim": SkillSpec(latency_s=float(sys.argv[1]))})
serve(SimulatorApp(spec, NoTasks()), child=sys.argv[2] == "child")
"""
Server = tuple[subprocess.Popen[bytes], str]


def start(latency: str = "0", kind: str = "child") -> Server:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, latency, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    return process, orjson.loads(process.stdout.readline())["url"]


def end(process: subprocess.Popen[bytes]) -> int:
    process.communicate(timeout=10)  # closes stdin
    return process.returncode


@pytest.fixture
def server() -> Iterator[Server]:
    process, url = start()
    yield process, url
    end(process)


def chat(url: str, text: str = "Hi", timeout: float = 10.0) -> httpx.Response:
    return httpx.post(f"{url}/v1/chat/completions", content=body([heard(text)]), timeout=timeout)


def test_it_answers_and_ends_with_its_stdin(server: Server) -> None:
    process, url = server
    response = chat(url)
    assert response.status_code == 200
    assert response.headers["x-wardian-simulated"] == "1"
    assert "You said: Hi" in response.json()["choices"][0]["message"]["content"]
    assert httpx.get(f"{url}/v1/models").json()["data"][0]["id"] == "sim"
    assert httpx.get(f"{url}/nothing").status_code == 404
    assert end(process) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")


def test_long_conversations_pass(server: Server) -> None:
    text = "word " * 500_000
    assert chat(server[1], text, timeout=30).json()["usage"]["prompt_tokens"] > 600_000


def test_a_refused_body_leaves_the_connection_usable(server: Server) -> None:
    with httpx.Client(base_url=server[1]) as client:
        assert client.post("/v1/nothing", content=b"x" * 100_000).status_code == 404
        assert client.get("/health").status_code == 200


def test_a_child_ignores_interrupts(server: Server) -> None:
    process, url = server
    process.send_signal(signal.SIGINT)
    assert chat(url).status_code == 200
    assert process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_by_hand_signals_end_it(number: signal.Signals) -> None:
    process, url = start(kind="by hand")
    assert chat(url).status_code == 200
    process.send_signal(number)
    assert process.wait(10) == 0
    end(process)


async def test_answers_that_take_long_do_not_keep_it_from_ending() -> None:
    process, url = start(latency="60")

    async def asked() -> None:
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.RemoteProtocolError):
                await client.post(f"{url}/v1/chat/completions", content=body([heard("Hi")]), timeout=30)

    async with asyncio.TaskGroup() as group:
        group.create_task(asked())
        await asyncio.sleep(0.5)
        assert await asyncio.to_thread(end, process) == 0


async def test_many_at_once(server: Server) -> None:
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(limits=limits, timeout=60) as client:
        asked = [client.post(f"{server[1]}/v1/chat/completions", content=body([heard("Hi")])) for _ in range(200)]
        assert {response.status_code for response in await asyncio.gather(*asked)} == {200}


async def test_as_a_child_server_of_a_job(tmp_path: Path) -> None:
    child = ChildServer(["-c", PROGRAM, "0", "child"], name="sim", log=str(tmp_path / "sim.log"))
    url = await child.start()
    assert url.startswith("http://127.0.0.1:")
    await child.stop()
    assert (tmp_path / "sim.log").read_bytes() == b""
