"""Our metrics in MLflow's own `evaluate`, on traces that our spans make."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from support.episodes import EpisodeBuilder, spec
from support.pages import blocks

from wardian.base.errors import ConfigError
from wardian.episodes.record import Episode
from wardian.scoring.recorded import FROM_RECORDS
from wardian.scoring.score import Scored
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.specs.job import JobSpec
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.sample import SampledTrace

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import

JOB = JobSpec.model_validate(
    {
        "name": "shop",
        "environments": [{"pack": "shop"}],
        "agents": [{"name": "arm", "model": "mini", "prompt": "plain"}],
        "prompts": {"plain": "Be kind."},
        "models": {"mini": {"base_url": "https://api.groq.com/openai/v1"}},
        "telemetry": {"content": True},
    }
)


def timed(episode: Episode) -> Episode:
    events = [
        event.model_copy(update={"at_s": place / 10, "seconds": 0.05}) if event.kind != "said" else event
        for place, event in enumerate(episode.events)
    ]
    return episode.model_copy(update={"events": tuple(events), "started_at": 1_700_000_000.0, "wall_s": 3.0})


def played(repeat: int) -> Scored:
    """The more often it is repeated, the more is made up."""
    built = EpisodeBuilder(spec(repeat=repeat)).policy("Rules.").user("My order W1?")
    for number in range(repeat):
        built.call("get_order", {"order_id": f"W{number + 7}"}, error="not_found", text='{"error": "none"}')
    built.call("get_order", {"order_id": "W1"}, text='{"due": "May"}').say("In May.")
    episode = timed(built.done(repeat < 2))
    return Scored(episode=episode, scores=tuple(asyncio.run(TrajectoryScorer().score(episode))))


def sampled(result: Scored) -> SampledTrace:
    """The trace of an episode, without the scores that the run would add as assessments."""
    return SampledTrace(arm="arm", why="any", spans=tuple(EpisodeSpans("shop-1", JOB).of(result)))


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An experiment of a store in sqlite, with a pool that `evaluate` does not exhaust."""
    kept = dict(os.environ)
    os.environ["MLFLOW_SQLALCHEMYSTORE_POOL_SIZE"] = "100"
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.chdir(tmp_path)
    import mlflow

    yield mlflow.set_experiment("shop")
    os.environ.clear()  # mlflow sets variables of its own, which the commands of other tests would obey
    os.environ.update(kept)


def test_evaluate_gives_the_values_of_the_run(experiment: Any) -> None:
    import mlflow

    from wardian.tracking.mlflow_scorers import trajectory_scorers
    from wardian.tracking.mlflow_traces import MlflowTraces, trace_id

    results = [played(repeat) for repeat in range(3)]
    made = [sampled(each) for each in results]
    MlflowTraces(mlflow.get_tracking_uri(), experiment.experiment_id).log(made)
    traces = mlflow.search_traces(locations=[experiment.experiment_id])
    assert set(traces["trace_id"]) == {trace_id(each) for each in made}

    wanted = [*FROM_RECORDS, "success", "diff_recall"]
    result = mlflow.genai.evaluate(data=traces, scorers=trajectory_scorers(wanted))
    for metric in (*FROM_RECORDS, "success"):
        known = [value for each in results if (value := each.value(metric)) is not None]
        assert result.metrics[f"{metric}/mean"] == pytest.approx(sum(known) / len(known)), metric
    assert result.metrics["ungrounded_args/mean"] == 1.0
    assert result.metrics["success/mean"] == pytest.approx(2 / 3)
    assert "diff_recall/mean" not in result.metrics, "it applies to none of them"

    by_trace = {trace_id(each): result for each, result in zip(made, results, strict=True)}
    judged = mlflow.search_traces(locations=[experiment.experiment_id], return_type="list")
    for trace in judged:
        feedback = {each.name: each for each in trace.info.assessments}
        assert set(feedback) == set(wanted)
        assert feedback["turns"].value == by_trace[trace.info.trace_id].value("turns")
        assert feedback["success"].rationale == "as the run has noted it"
        assert "only a run has" in feedback["diff_recall"].rationale


def test_the_python_of_the_guide_runs(experiment: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import mlflow

    from wardian.tracking.mlflow_traces import MlflowTraces

    made = [sampled(played(repeat)) for repeat in (0, 1)]
    MlflowTraces(mlflow.get_tracking_uri(), experiment.experiment_id).log(made)
    found = [block for block in blocks("python") if block.page.name == "export.md"]
    assert len(found) == 2
    for block in found:
        exec(compile(block.text, block.name, "exec"), {})
    assert capsys.readouterr().out.splitlines()[-1] == "1.5 0.5"


def test_a_trace_of_mlflows_own_is_scored_by_what_it_says(experiment: Any) -> None:
    import mlflow
    from mlflow.entities import SpanType

    from wardian.tracking.mlflow_scorers import trajectory_scorers

    with mlflow.start_span("answer", SpanType.AGENT) as answer:
        answer.set_inputs("Where is W1?")
        with mlflow.start_span("find", SpanType.TOOL) as find:
            find.set_inputs({"order_id": "W7"})
            find.set_outputs("no order W7")
    mlflow.flush_trace_async_logging()
    traces = mlflow.search_traces(locations=[experiment.experiment_id])
    result = mlflow.genai.evaluate(data=traces, scorers=trajectory_scorers())
    assert result.metrics["n_tool_calls/mean"] == 1.0
    assert result.metrics["ungrounded_args/mean"] == 1.0
    assert "tokens/mean" not in result.metrics
    (trace,) = mlflow.search_traces(locations=[experiment.experiment_id], return_type="list")
    why = {each.name: each.rationale for each in trace.info.assessments}
    assert why["tokens"] == "tokens are not recorded for every answer"
    assert why["recovery_rate"] == "it is not recorded whether a call failed"


def test_a_metric_that_is_none_is_refused() -> None:
    from wardian.tracking.mlflow_scorers import trajectory_scorers

    with pytest.raises(ConfigError, match="there is no metric 'sucess'; did you mean 'success'"):
        trajectory_scorers(["sucess"])
