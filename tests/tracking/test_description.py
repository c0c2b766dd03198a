"""A job in a tracker's words."""

import pytest

from wardian.base.bundle import Bundle
from wardian.specs.job import JobSpec
from wardian.tracking.description import dataset_profile, metric_values, params, prompt_name, run_tags
from wardian.tracking.summary import Figure, RunCard, Tracked


def test_what_the_job_has_in_common(card: RunCard) -> None:
    found = params(card, None)
    assert found["arms"] == "a, b, idle"
    assert (found["episodes"], found["repeats"], found["tasks.shop"]) == ("18", "2", "3")
    assert found["limits.turns"] == "30"


def test_what_is_special_about_an_arm(card: RunCard) -> None:
    assert params(card, "a")["sampling.temperature"] == "0.5"
    assert params(card, "a")["model.endpoint"] == "server sim"
    assert params(card, "b")["model.name"] == "b-large"
    assert "sampling.stop" not in params(card, "b")
    assert params(card, "idle")["agent"] == "idle"
    assert "model" not in params(card, "idle")


def test_a_version_is_described_as_the_agent_that_it_is_one_of(card: RunCard) -> None:
    version = card.arms[0].version(Bundle(agent="a", texts={"system": "Be brief."}), "a@1")
    found = params(card.model_copy(update={"arms": (*card.arms, version)}), "a@1")
    assert (found["arm"], found["sampling.temperature"]) == ("a@1", "0.5")
    assert found["arm_digest"] != card.arms[0].digest


def test_simulated_is_said_of_the_arms_that_are(card: RunCard) -> None:
    assert [run_tags(card, arm).get("simulated") for arm in (None, "a", "b", "idle")] == ["true", "true", None, None]


def test_a_fusion_with_a_simulated_member_is_simulated(card: RunCard) -> None:
    job = card.job.model_dump()
    job["fusions"] = {"both": {"members": ["m-a", "m-b"]}}
    job["agents"] = [{"kind": "tools", "name": "f", "model": "fusion/both"}]
    ref = card.arms[0].model_copy(update={"name": "f", "model": "fusion/both"})
    fused = card.model_copy(update={"job": JobSpec.model_validate(job), "arms": (ref,)})
    assert run_tags(fused, "f")["simulated"] == "true"
    assert params(fused, "f")["model"] == "fusion/both"


def test_the_dataset_says_its_knobs(card: RunCard) -> None:
    assert dataset_profile(card, card.environments[0]) == {"version": "1", "knobs": {"scale": 2}}


def test_metric_names_that_a_tracker_takes() -> None:
    figures = (Figure(name="success", value=0.5, low=0.4, high=0.6), Figure(name="pass^4", value=0.1))
    assert metric_values(figures) == {
        "success": 0.5,
        "success_low": 0.4,
        "success_high": 0.6,
        "pass_hat_4": 0.1,
    }
    assert metric_values([Figure(name="pass@4", value=1), Figure(name="a%b", value=2)]) == {"pass_at_4": 1, "a_b": 2}


def test_prompts_are_named_after_their_job(card: RunCard) -> None:
    assert prompt_name(card.job, "very careful") == "returns.very_careful"


def test_a_prompt_out_of_a_registry_keeps_its_name_there(job: JobSpec) -> None:
    read = {
        "plain": {"name": "desk.support.candidates", "version": 3},
        "careful": {"name": "desk.careful", "version": 1},
    }
    found = JobSpec.model_validate({**job.model_dump(), "versions": read})
    assert (prompt_name(found, "plain"), prompt_name(found, "careful")) == ("desk.support", "desk.careful")


@pytest.mark.parametrize(
    ("uri", "opens", "page"),
    [
        (
            "sqlite:////data/my runs/mlflow.db",
            "mlflow ui --backend-store-uri 'sqlite:////data/my runs/mlflow.db'",
            "http://127.0.0.1:5000/#/experiments/1/runs/r",
        ),
        (
            "https://mlflow.example/",
            "https://mlflow.example/#/experiments/1/runs/r",
            "https://mlflow.example/#/experiments/1/runs/r",
        ),
    ],
)
def test_how_to_look_at_a_run(uri: str, opens: str, page: str) -> None:
    tracked = Tracked(uri=uri, experiment_id="1", run_id="r")
    assert (tracked.open_with, tracked.page) == (opens, page)


def test_nothing_to_look_at() -> None:
    assert (Tracked().open_with, Tracked().page) == (None, None)
