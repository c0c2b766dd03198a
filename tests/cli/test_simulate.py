"""`wardian simulate --faults` as users start it."""

import subprocess
import sys

import httpx
import orjson

from wardian.simulator.faults.catalogue import FAULTS


def test_faults_are_served_without_a_job() -> None:
    argv = [sys.executable, "-m", "wardian", "simulate", "--faults", "--child"]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    url = orjson.loads(process.stdout.readline())["url"]
    listed = {model["id"]: model["expected"] for model in httpx.get(f"{url}/v1/models").json()["data"]}
    assert listed == {f"fault/{name}": fault.expected for name, fault in FAULTS.items()}
    reply = httpx.post(f"{url}/v1/chat/completions", json={"model": "fault/html_502", "messages": []})
    assert (reply.status_code, reply.text[:6]) == (502, "<html>")
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_nothing_to_serve_is_a_mistake() -> None:
    done = subprocess.run([sys.executable, "-m", "wardian", "simulate"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--faults" in done.stderr
