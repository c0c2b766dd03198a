"""Bad input: one clear line that says what and where, the right exit code, no traceback, nothing half-written."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from cli.conftest import JOB, Wardian

from wardian.base.errors import ConfigError
from wardian.base.frames import HEADER
from wardian.cli.main import main
from wardian.runs.folder import RunFolder

MODEL = "models: {{m: {{base_url: '{url}', api_key_env: TEST_KEY}}}}\n"
ASKING = JOB.replace("  - {kind: idle}\n", "  - {name: a, model: m}\n")


KEY = "sk-abcdefghijklmnopqrstuvwxyz012345"
BAD = [
    ("unknown key", JOB + "modle: x\n", r"job.yaml:8: .*modle.*unknown key"),
    ("wrong type", JOB + "repeats: many\n", r"job.yaml:8: repeats: .*whole number"),
    ("missing pack", JOB.replace("counter", "conter"), r"no environment pack 'conter'; did you mean 'counter'"),
    ("unknown knob", JOB.replace("tasks: 4", "task: 4"), r"no knob 'task'; did you mean 'tasks'"),
    ("unknown model", ASKING, r"job.yaml:6: agents.1.model: there is no 'm'"),
    ("missing variable", JOB + "output: ${NO_SUCH_FOLDER}\n", r"job.yaml:8: .*NO_SUCH_FOLDER"),
    ("literal key", ASKING + f"models: {{m: {{base_url: http://h/v1, api_key: {KEY}}}}}\n", r"api_key_env"),
    ("not yaml", "name: [", r"job.yaml:1: "),
]


@pytest.mark.parametrize(("job", "line"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_bad_job(project: Path, wardian: Wardian, command: str, job: str, line: str) -> None:
    (project / "job.yaml").write_text(job)
    done = wardian(command, "job.yaml")
    assert done.code == 2
    assert re.search(line, done.err), done.err
    assert len(done.err.strip().splitlines()) == 1
    assert "Traceback" not in done.err
    assert "sk-abc" not in done.err
    assert not (project / "runs").exists()


def test_a_missing_file(project: Path, wardian: Wardian) -> None:
    done = wardian("run", "jib.yaml")
    assert done.code == 2
    assert "jib.yaml: there is no such file; did you mean 'job.yaml'?" in done.err


def test_a_missing_key_is_an_auth_error(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(ASKING + MODEL.format(url="http://127.0.0.1:9/v1"))
    for command in ("run", "validate"):
        done = wardian(command, "job.yaml")
        assert done.code == 5
        assert "TEST_KEY" in done.err
    assert not (project / "runs").exists()


@pytest.mark.parametrize(
    ("model", "server", "key"),
    [("api_key_env: TEST_KEY", "", "models.m"), ("", "api_key_env: TEST_KEY,", "servers.s")],
    ids=["of a model", "of a simulator"],
)
def test_a_missing_key_for_a_server_of_our_own(
    project: Path, wardian: Wardian, model: str, server: str, key: str
) -> None:
    pool = f"models: {{m: {{server: s, {model}}}}}\n"
    servers = f"servers: {{s: {{kind: simulator, {server} skills: {{m: {{}}}}}}}}\n"
    (project / "job.yaml").write_text(ASKING + pool + servers)
    for command in ("run", "validate"):
        done = wardian(command, "job.yaml")
        assert done.code == 5
        assert f"{key}.api_key_env: the environment variable 'TEST_KEY' is not set" in done.err
        assert len(done.err.splitlines()) == 1
    assert not (project / "runs").exists()


def test_an_unreachable_endpoint(project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "secret-of-the-test")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (project / "job.yaml").write_text(ASKING + MODEL.format(url=f"http://127.0.0.1:{port}/v1"))
    done = wardian("run", "job.yaml")
    assert done.code == 2
    assert f"127.0.0.1:{port}" in done.err
    assert "secret-of-the-test" not in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (project / "runs").exists()


@pytest.fixture
def refusing() -> Iterator[str]:
    """An endpoint that takes no key."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"error": {"message": "Incorrect API key provided: secret-of-the-test"}}'
        writer.write(b"HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nconnection: close\r\n")
        writer.write(b"content-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(server.wait_closed())
    loop.close()


def test_a_refused_key(project: Path, wardian: Wardian, refusing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "secret-of-the-test")
    (project / "job.yaml").write_text(ASKING + MODEL.format(url=refusing))
    done = wardian("run", "job.yaml")
    assert done.code == 5
    assert "401" in done.err
    assert "TEST_KEY" in done.err
    assert "secret-of-the-test" not in done.err
    assert not (project / "runs").exists()


def test_an_output_folder_that_cannot_be_made(project: Path, wardian: Wardian) -> None:
    (project / "taken").touch()
    (project / "job.yaml").write_text(JOB + "output: taken\n")
    done = wardian("run", "job.yaml")
    assert done.code == 2
    assert done.err == "wardian: job.yaml:8: output: cannot write to 'taken' (Not a directory)\n"


def test_a_run_of_another_version(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    folder = RunFolder.find("last", project / "runs")
    (manifest,) = (folder.path / "manifest").iterdir()
    manifest.write_bytes(frame(b'{"other": 1}'))
    for command in ("resume", "results"):
        done = wardian(command, "last")
        assert done.code == 2
        assert done.err.endswith(": holds results that this version of Wardian cannot read\n")
    folder.job_file.write_text('{"name": 1}')
    for command in ("resume", "results"):
        done = wardian(command, "last")
        assert done.code == 2
        assert "job.json: not a job of this version of Wardian (name: " in done.err
        assert len(done.err.splitlines()) == 1


def frame(payload: bytes) -> bytes:
    return HEADER.pack(len(payload), crc32(payload)) + payload


def test_nowhere_to_serve_or_start(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(
        ASKING + "models: {m: {server: s}}\nservers: {s: {kind: simulator, skills: {m: {}}}}\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = wardian("simulate", "job.yaml", "--port", port)
    assert (done.code, done.err) == (2, f"wardian: --port {port}: Address already in use\n")
    done = wardian("simulate", "nothing.json")
    assert (done.code, done.err) == (2, "wardian: nothing.json: cannot be read (No such file or directory)\n")
    done = wardian("init", "job.yaml/below")
    assert (done.code, done.err) == (2, "wardian: job.yaml/below: cannot be written (Not a directory)\n")


def test_debug_shows_the_traceback(project: Path, wardian: Wardian) -> None:
    with pytest.raises(ConfigError):
        main(["run", "jib.yaml", "--debug"])


@pytest.mark.parametrize("port", ["99999", "-1"])
@pytest.mark.parametrize("words", [("view",), ("simulate", "--faults"), ("envs", "serve", "counter")])
def test_a_port_that_cannot_be_is_a_mistake(project: Path, wardian: Wardian, words: tuple[str, ...], port: str) -> None:
    wardian("run", "job.yaml")
    refused = wardian(*words, "--port", port)
    assert refused.code == 2
    assert "Invalid value for '--port'" in refused.err
