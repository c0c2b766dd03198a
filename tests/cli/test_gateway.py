"""`wardian serve`: says where it listens, lets answers end when it is told to stop, and names what is wrong."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import pytest

from wardian.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """\
name: try
models:
  a: {server: local}
  b: {server: local}
fusions:
  pair: {members: [a, b], scope: every}
gateway: {port: 0, tokens: [GATE_TOKEN]}
servers:
  local:
    kind: simulator
    skills:
      a: {latency_s: 1.0}
      b: {latency_s: 1.0}
"""
ASKED = {"model": "fusion/pair", "messages": [{"role": "user", "content": "Hello"}]}
KEY = {"authorization": "Bearer letmein"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "serve.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@contextmanager
def serving(config: Path, *changes: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    environ = {**os.environ, "GATE_TOKEN": "letmein", "PYTHONPATH": str(ROOT / "platform")}
    words = [sys.executable, "-W", "error", "-m", "wardian", "serve", str(config), *changes]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as process:
        assert process.stdout is not None
        try:
            yield process, orjson.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_an_answer_that_is_under_way_is_given_before_it_stops(config: Path, told: signal.Signals) -> None:
    with serving(config) as (process, url):
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
        answers: list[httpx.Response] = []

        def ask() -> None:
            answers.append(httpx.post(f"{url}/v1/chat/completions", json=ASKED, headers=KEY, timeout=30))

        asking = threading.Thread(target=ask)
        asking.start()
        while "wardian_gateway_in_flight 1.0" not in httpx.get(f"{url}/metrics", headers=KEY).text:
            continue
        process.send_signal(told)
        asking.join()
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert answers[0].status_code == 200
    assert "simulated" in answers[0].json()["choices"][0]["message"]["content"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")


def test_who_is_cut_off_when_it_stops_is_told(config: Path) -> None:
    with serving(config, "--set", "gateway.drain_s=0.2", "--set", "gateway.heartbeat_s=0.05") as (process, url):
        answers: list[httpx.Response] = []

        def ask(stream: bool) -> None:
            body = {**ASKED, "stream": stream}
            answers.append(httpx.post(f"{url}/v1/chat/completions", json=body, headers=KEY, timeout=30))

        asking = [threading.Thread(target=ask, args=(stream,)) for stream in (False, True)]
        for thread in asking:
            thread.start()
        while "wardian_gateway_in_flight 2.0" not in httpx.get(f"{url}/metrics", headers=KEY).text:
            continue
        process.send_signal(signal.SIGTERM)
        for thread in asking:
            thread.join()
        assert process.wait(timeout=30) == 0
    plain, stream = sorted(answers, key=lambda answer: -answer.status_code)
    assert (plain.status_code, plain.json()["error"]["code"]) == (503, "shutting_down")
    assert stream.status_code == 200
    last = stream.text.strip().split("\n\n")[-1].removeprefix("data: ")
    assert orjson.loads(last)["error"]["code"] == "shutting_down"


WRONG = [
    ([], 5, r"serve.yaml:7: gateway.tokens.0: the environment variable 'GATE_TOKEN' is not set"),
    (["gateway.tokens=[]", "gateway.host=0.0.0.0"], 2, r"gateway: whoever reaches '0.0.0.0' could spend your money"),
    (["gateway.tokens=[]", "gateway.port={taken}"], 2, r"gateway.port: {taken}: Address already in use"),
    (["fusions.pair.members=[a, c]"], 2, r"fusions.pair.members.1: there is no 'c'"),
]


@pytest.mark.parametrize(("changes", "code", "line"), WRONG)
def test_what_is_wrong_is_one_line(
    config: Path, changes: list[str], code: int, line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken = str(listening.getsockname()[1])
        words = [word.replace("{taken}", taken) for change in changes for word in ("--set", change)]
        with pytest.raises(SystemExit) as left:
            main(["serve", str(config), *words])
    (said,) = capfd.readouterr().err.splitlines()
    assert left.value.code == code
    assert line.replace("{taken}", taken) in said


def test_a_dry_run_says_what_is_offered(
    config: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATE_TOKEN", "letmein")
    with pytest.raises(SystemExit) as left:
        main(["serve", str(config), "--dry-run"])
    assert left.value.code == 0
    assert capfd.readouterr().out == "127.0.0.1:0: fusion/pair, a, b (simulated)\n"
