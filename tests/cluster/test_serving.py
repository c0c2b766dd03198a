"""The gateway on Ray Serve: the same answers, from several processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from cluster.conftest import free_port
from openai import OpenAI

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """\
name: try
models:
  a: {server: local}
  b: {server: local}
fusions:
  pair: {members: [a, b], scope: every}
gateway:
  port: PORT
  tokens: [GATE_TOKEN]
  serve: {address: local, replicas: 2, cpus: 0.5}
servers:
  local:
    kind: simulator
    skills:
      a: {latency_s: 0.05}
      b: {latency_s: 0.05}
"""
ASKED: Any = [{"role": "user", "content": "Hello"}]


@pytest.mark.cluster
def test_a_fusion_is_served_by_replicas(tmp_path: Path) -> None:
    config = tmp_path / "serve.yaml"
    config.write_text(CONFIG.replace("PORT", str(free_port())), encoding="utf-8")
    environ = {**os.environ, "GATE_TOKEN": "letmein", "PYTHONPATH": str(ROOT / "platform")}
    words = [sys.executable, "-m", "wardian", "serve", str(config)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read().decode()
            url = orjson.loads(line)["url"]
            with OpenAI(base_url=f"{url}/v1", api_key="letmein", max_retries=0) as client:
                raw = client.chat.completions.with_raw_response.create(model="fusion/pair", messages=ASKED)
                stream = client.chat.completions.create(model="fusion/pair", messages=ASKED, stream=True)
                streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
            whole = raw.parse().choices[0].message.content
            assert whole == streamed
            assert "simulated model" in streamed
            assert raw.headers["x-fusion-status"] == "ok"
            assert httpx.get(f"{url}/v1/models").status_code == 401
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
