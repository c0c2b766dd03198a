"""`wardian simulate --faults` as users start it."""

import subprocess
import sys
from pathlib import Path

import httpx
import orjson

from wardian.simulator.faults.catalogue import FAULTS, STREAMED

JOB = """
name: faulty
environments: [{pack: retail, tasks: 1}]
servers:
  simulator: {kind: simulator, fault_rate: 1.0, skills: {sim: {}}}
models:
  sim: {server: simulator}
agents:
  - {name: sim, model: sim}
"""


def test_faults_are_served_without_a_job() -> None:
    argv = [sys.executable, "-m", "wardian", "simulate", "--faults", "--child"]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    url = orjson.loads(process.stdout.readline())["url"]
    listed = {model["id"]: model["expected"] for model in httpx.get(f"{url}/v1/models").json()["data"]}
    assert listed == {f"fault/{name}": fault.expected for name, fault in {**FAULTS, **STREAMED}.items()}
    reply = httpx.post(f"{url}/v1/chat/completions", json={"model": "fault/html_502", "messages": []})
    assert (reply.status_code, reply.text[:6]) == (502, "<html>")
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_nothing_to_serve_is_a_mistake() -> None:
    done = subprocess.run([sys.executable, "-m", "wardian", "simulate"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--faults" in done.stderr


def test_a_job_s_simulator_fails_at_its_rate(tmp_path: Path) -> None:
    job = tmp_path / "job.yaml"
    job.write_text(JOB)
    argv = [sys.executable, "-m", "wardian", "simulate", str(job), "--child"]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    url = orjson.loads(process.stdout.readline())["url"]
    assert not any(answered(url, number) for number in range(5))
    process.communicate(timeout=20)
    assert process.returncode == 0


def answered(url: str, number: int) -> bool:
    """Whether a question gets an answer."""
    question = {"model": "sim", "messages": [{"role": "user", "content": f"question {number}"}]}
    try:
        response = httpx.post(f"{url}/v1/chat/completions", json=question)
    except httpx.TransportError:
        return False
    return response.is_success and response.text.endswith("}}") and "choices" in response.text
