"""Every config that users copy is valid, and says what its comments promise."""

import math
import re
from pathlib import Path

import pytest
from support.pages import ROOT

from wardian.specs.load import load
from wardian.specs.models import SimulatorServer

FOLDER = ROOT / "configs"
CONFIGS = sorted(FOLDER.glob("*.yaml"))
ENVIRON = {"VLLM_URL": "http://localhost:8000/v1"}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_valid(path: Path) -> None:
    assert load(path, environ=ENVIRON).agents


def test_quickstart_is_a_comparison_of_two_models_and_two_prompts() -> None:
    job = load(FOLDER / "quickstart.yaml", environ={})
    assert job.executor.kind == "ray"
    assert job.simulated
    arms = {(agent.model, agent.prompt) for agent in job.agents if agent.kind == "tools"}
    assert arms == {(model, prompt) for model in ("sim-strong", "sim-weak") for prompt in ("plain", "careful")}
    tasks = job.environments[0].tasks
    assert isinstance(tasks, int)
    assert tasks * len(job.agents) * job.repeats >= 300


def test_quickstart_rewards_the_careful_prompt() -> None:
    job = load(FOLDER / "quickstart.yaml", environ={})
    server = job.servers["simulator"]
    assert isinstance(server, SimulatorServer)
    for skill in server.skills.values():
        faults = (skill.wrong_argument, skill.hallucinated_id, skill.loop, skill.skip_confirmation, skill.give_up)
        assert math.isclose(skill.accuracy + sum(faults), 1)
        found = [bool(re.search(rule.pattern, job.prompts["careful"], re.IGNORECASE)) for rule in skill.rules]
        assert found == [True] * 4
        assert not any(re.search(rule.pattern, job.prompts["plain"], re.IGNORECASE) for rule in skill.rules)
