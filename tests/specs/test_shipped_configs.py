"""Every config that users copy is valid, and says what its comments promise."""

from pathlib import Path

import pytest

from wardian.specs.load import load

FOLDER = Path(__file__).parents[2] / "configs"
CONFIGS = sorted(path for path in FOLDER.rglob("*.yaml"))
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
