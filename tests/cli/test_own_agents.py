"""Agents of one's own in a job."""

import sys
from pathlib import Path

import orjson
import pytest
import yaml
from cli.conftest import Wardian

PROGRAM = Path(__file__).parents[1] / "support" / "outside_agent.py"
AGENT = """\
from wardian.base.messages import Message, ToolCall


async def asking(history, tools, ask):
    return (await ask(history, tools)).message


async def answer(history, tools, ask=None):
    if history[-1].role == "tool":
        return "Done."
    goal = history[0].content.split()[2].rstrip(",")
    return Message(role="assistant", tool_calls=(ToolCall(id="c", name="add", arguments='{"by": %s}' % goal),))
"""
JOB = {
    "name": "own",
    "environments": [{"pack": "counter", "knobs": {"tasks": 2}}],
    "agents": [
        {"kind": "callable", "name": "mine", "callable": "my_agents:answer"},
        {"kind": "process", "name": "theirs", "command": [sys.executable, str(PROGRAM), "plays"]},
        {"kind": "idle"},
    ],
    "executor": {"kind": "local"},
    "tracking": {"enabled": False},
}


@pytest.fixture
def own(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "my_agents", raising=False)
    (project / "my_agents.py").write_text(AGENT)
    (project / "job.yaml").write_text(yaml.safe_dump(JOB))
    return project


def test_they_are_arms_like_any_other(own: Path, wardian: Wardian) -> None:
    finished = wardian("run", "job.yaml", "--json")
    assert finished.code == 0, finished.err
    arms = orjson.loads(finished.out)["standings"]["arms"]
    assert {arm["arm"]: arm["success"]["value"] for arm in arms} == {"mine": 1.0, "theirs": 1.0, "idle": 0.0}


def test_what_they_ask_the_jobs_model_costs_and_is_recorded(own: Path, wardian: Wardian) -> None:
    asking = {
        "agents": [
            {"kind": "callable", "name": "mine", "callable": "my_agents:asking", "model": "sim"},
            {"kind": "process", "name": "theirs", "command": [sys.executable, str(PROGRAM), "asks"], "model": "sim"},
            {"name": "plain", "model": "sim"},
        ],
        "models": {"sim": {"server": "simulator", "price": {"input": 1, "output": 1}}},
        "servers": {"simulator": {"kind": "simulator", "skills": {"sim": {"accuracy": 1.0}}}},
    }
    (own / "job.yaml").write_text(yaml.safe_dump(JOB | asking))
    finished = wardian("run", "job.yaml", "--json")
    assert finished.code == 0, finished.err
    arms = {arm["arm"]: arm for arm in orjson.loads(finished.out)["standings"]["arms"]}
    mine, theirs, plain = (arms[name] for name in ("mine", "theirs", "plain"))
    assert mine["success"]["value"] == plain["success"]["value"] == 1.0
    assert mine["cost_usd"] == plain["cost_usd"] > 0
    assert theirs["cost_usd"] > 0


def test_what_is_not_there_is_named_before_anything_is_played(own: Path, wardian: Wardian) -> None:
    wrong = wardian("validate", "job.yaml", "--set", "agents.0.callable=my_agent:answer")
    assert wrong.code == 2
    assert "there is no module 'my_agent'" in wrong.err
    unnamed = wardian("validate", "job.yaml", "--set", "agents.0.model=big")
    assert unnamed.code == 2
    assert "agents.0.model" in unnamed.err


def test_the_jobs_keys_are_not_among_what_a_program_finds(
    own: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("MODEL_KEY", "UNASKED_KEY", "SERVER_KEY", "OPENAI_API_KEY", "MY_OWN"):
        monkeypatch.setenv(variable, "sk-secret")
    look = "import os; open('found.txt', 'w').write(' '.join(os.environ))"
    server = {"kind": "simulator", "skills": {"sim": {}}, "api_key_env": "SERVER_KEY"}
    job = {
        "agents": [{"kind": "process", "name": "theirs", "command": [sys.executable, "-c", look]}],
        "models": {
            "sim": {"server": "simulator", "api_key_env": "MODEL_KEY"},
            "other": {"base_url": "https://x.invalid/v1", "api_key_env": "UNASKED_KEY"},
            "far": {"deployments": {"one": {"base_url": "https://x.invalid/v1", "api_key_env": "OPENAI_API_KEY"}}},
        },
        "servers": {"simulator": server},
    }
    (own / "job.yaml").write_text(yaml.safe_dump(JOB | job))
    finished = wardian("run", "job.yaml", "--json")
    assert finished.code == 0, finished.err
    found = (own / "found.txt").read_text().split()
    assert {"PATH", "MY_OWN", "WARDIAN_MCP_URL"} <= set(found)
    assert not {"MODEL_KEY", "UNASKED_KEY", "SERVER_KEY", "OPENAI_API_KEY"} & set(found)
