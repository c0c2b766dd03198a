"""A run in the formats of others: what comes back has the values of the run, and memory does not grow with it."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from inspect_ai.analysis import samples_df
from inspect_ai.log import read_eval_log
from support.episodes import EpisodeBuilder, spec

from wardian.base.bundle import Bundle
from wardian.base.errors import ConfigError
from wardian.base.messages import ToolSchema
from wardian.episodes.record import Asked, Episode
from wardian.reports.exports import FORMATS, Exported, Format, open_export
from wardian.scoring.recorded import FROM_RECORDS, score_record
from wardian.scoring.score import Score, Scored
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.specs.job import JobSpec
from wardian.traces.files import read_transcripts

JOB = JobSpec.model_validate(
    {
        "name": "shop",
        "environments": [{"pack": "shop"}],
        "agents": [{"name": arm, "model": "mini", "prompt": "plain"} for arm in ("arm", "other")],
        "prompts": {"plain": "Be kind."},
        "models": {"mini": {"base_url": "https://api.groq.com/openai/v1", "model": "groq-mini"}},
    }
)
WHAT = Exported(run="shop-1", job=JOB)
TOOL = ToolSchema(name="get_order", description="Reads.", parameters={"type": "object"})
KEY = "sk-" + "a1b2" * 8
READABLE = [form for form in FORMATS if form not in ("finetune", "answers")]


def timed(episode: Episode) -> Episode:
    """The same with times, as a run gives them: spans are ordered by them."""
    events = [
        event.model_copy(update={"at_s": place / 10, "seconds": 0.05}) if event.kind != "said" else event
        for place, event in enumerate(episode.events)
    ]
    return episode.model_copy(update={"events": tuple(events), "started_at": 1_000.0, "wall_s": 3.0})


def played(arm: str = "arm", repeat: int = 0) -> Episode:
    return timed(
        EpisodeBuilder(spec(arm, repeat=repeat))
        .policy("Rules.")
        .user(f"My order W1? My key is\n{KEY}.")
        .call("get_order", {"order_id": "W9"}, error="not_found", text="none")
        .say("Is it W1?")
        .user("Yes.")
        .call("get_order", {"order_id": "W1"})
        .call("get_order", {"order_id": "W1"})
        .call("get_order", '{"order_id', error="invalid_arguments", text="?")
        .say("Late.")
        .user("Yes.")
        .say("Bye.")
        .done(reference_calls=2)
    )


async def scored(episode: Episode) -> Scored:
    return Scored(episode=episode, scores=tuple(await TrajectoryScorer().score(episode)))


async def exported(form: Format, target: Path) -> list[Scored]:
    results = [await scored(played(arm, repeat)) for arm in ("arm", "other") for repeat in range(2)]
    with open_export(form, target, WHAT) as add:
        for result in results:
            add(result, (TOOL,))
    return results


@pytest.mark.parametrize("form", READABLE)
async def test_what_is_read_again_has_the_values_of_the_run(form: Format, tmp_path: Path) -> None:
    target = tmp_path / ("run.jsonl" if form in ("openai", "otlp") else "run")
    results = {each.episode.spec.key: each for each in await exported(form, target)}
    read = {transcript.id: transcript for transcript in read_transcripts(target)}
    assert set(read) == set(results)
    for key, transcript in read.items():
        found = (await score_record(transcript)).scores
        assert {score.metric for score in found} == set(FROM_RECORDS)
        assert {score.metric: score.value for score in found} == {
            metric: results[key].value(metric) for metric in FROM_RECORDS
        }
        assert transcript.scores["success"] == 1.0
        assert (transcript.prompt, transcript.task, transcript.about["run"]) == ("Be kind.", "t1", "shop-1")
        assert transcript.about["arm"] == results[key].episode.spec.agent.name


async def test_a_version_is_exported_with_the_prompt_that_it_had(tmp_path: Path) -> None:
    episode = played()
    agent = episode.spec.agent.version(Bundle(agent="arm", texts={"recovery": "Read errors."}), "arm@1")
    named = agent.model_copy(update={"prompt": "plain"})
    version = episode.model_copy(update={"spec": episode.spec.model_copy(update={"agent": named})})
    with open_export("openai", tmp_path / "run.jsonl", WHAT) as add:
        add(await scored(version), ())
    (read,) = read_transcripts(tmp_path / "run.jsonl")
    assert (read.prompt, read.about["arm"]) == ("Be kind.\n\nRead errors.", "arm@1")


@pytest.mark.parametrize("form", FORMATS)
def test_what_looks_like_a_key_is_covered(form: Format, tmp_path: Path) -> None:
    asyncio.run(exported(form, tmp_path / "run"))
    files = [path for path in (tmp_path / "run", *tmp_path.rglob("*")) if path.is_file()]
    assert files
    if form != "inspect":  # whose archives are compressed: tests/traces/test_inspect_log.py looks into one
        assert all(KEY not in path.read_text() for path in files)
        spoken = "Bye." if form == "answers" else "My key is"  # of these, only the last word
        assert any(spoken in path.read_text() for path in files)


async def test_inspect_has_a_log_for_every_environment_and_arm(tmp_path: Path) -> None:
    await exported("inspect", tmp_path / "run")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["shop~arm.eval", "shop~other.eval"]


@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")  # Inspect's, of pandas
def test_inspect_finds_its_logs_in_json_in_the_folder(tmp_path: Path) -> None:
    results = asyncio.run(exported("inspect-json", tmp_path / "run"))
    assert set(samples_df(str(tmp_path / "run"))["sample_id"]) == {each.episode.spec.key for each in results}


def test_inspect_is_told_why_a_score_is_what_it_is(tmp_path: Path) -> None:
    failed = Scored(episode=played(), scores=(Score("success", 0.0, explanation="confirmed_before_write"),))
    with open_export("inspect-json", tmp_path / "run", WHAT) as add:
        add(failed, ())
    (path,) = (tmp_path / "run").iterdir()
    sample = (read_eval_log(str(path)).samples or [])[0]
    assert sample.scores is not None
    assert (sample.scores["success"].value, sample.scores["success"].explanation) == (0.0, "confirmed_before_write")
    assert [usage.total_cost for usage in sample.model_usage.values()] == [pytest.approx(failed.episode.cost_usd)]


async def test_names_that_run_into_each_other_are_two_logs(tmp_path: Path) -> None:
    with open_export("inspect", tmp_path / "run", WHAT) as add:
        for environment, arm in (("shop", "retail_x"), ("shop_retail", "x")):
            episode = played(arm)
            world = episode.spec.environment.model_copy(update={"name": environment})
            named = episode.spec.model_copy(update={"environment": world})
            add(await scored(episode.model_copy(update={"spec": named})), ())
    assert len(list(read_transcripts(tmp_path / "run"))) == 2
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "shop_retail~x.eval",
        "shop~retail_x.eval",
    ]


async def test_atif_has_a_file_for_every_episode(tmp_path: Path) -> None:
    results = await exported("atif", tmp_path / "run")
    names = {path.stem for path in (tmp_path / "run").iterdir()}
    assert names == {result.episode.spec.key for result in results}


async def test_lines_to_fine_tune_with_have_the_tools(tmp_path: Path) -> None:
    await exported("finetune", tmp_path / "run.jsonl")
    lines = [orjson.loads(line) for line in (tmp_path / "run.jsonl").read_bytes().splitlines()]
    assert [tool["function"]["name"] for tool in lines[0]["tools"]] == ["get_order"]
    assert {frozenset(line) for line in lines} == {frozenset({"messages", "tools"})}


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_written_over(form: Format, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        open_export(form, tmp_path / "run", WHAT)
    assert (tmp_path / "run").read_text() == "mine"


@pytest.mark.parametrize("form", FORMATS)
def test_a_place_that_cannot_be_written_to_is_named(form: Format, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"), open_export(form, tmp_path / "file" / "run", WHAT):
        pass


def broken_off(form: Format, target: Path) -> None:
    with open_export(form, target, WHAT) as add:
        add(asyncio.run(scored(played())), ())
        assert not target.exists()
        raise KeyboardInterrupt


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_broken_off_leaves_nothing_and_can_be_begun_again(form: Format, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        broken_off(form, tmp_path / "run")
    assert not list(tmp_path.iterdir())
    asyncio.run(exported(form, tmp_path / "run"))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_killed_process_left_is_replaced(form: Format, tmp_path: Path) -> None:
    (tmp_path / ".run.part").mkdir()
    (tmp_path / ".run.part" / "killed.json").touch()
    asyncio.run(exported(form, tmp_path / "run"))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert not list(tmp_path.rglob("killed.json"))


def stream(number: int) -> Iterator[Scored]:
    """Episodes that nobody holds, each with a long answer of its own."""
    for repeat in range(number):
        episode = played(repeat=repeat)
        said = episode.events[-1]
        assert isinstance(said, Asked)
        message = said.completion.message.model_copy(update={"content": f"{repeat} " * 5_000})
        last = said.model_copy(update={"completion": said.completion.model_copy(update={"message": message})})
        yield Scored(episode=episode.model_copy(update={"events": (*episode.events[:-1], last)}))


def peak(form: Format, target: Path, number: int) -> int:
    tracemalloc.start()
    try:
        with open_export(form, target, WHAT) as add:
            for result in stream(number):
                add(result, ())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", FORMATS)
def test_memory_does_not_grow_with_the_run(form: Format, tmp_path: Path) -> None:
    peak(form, tmp_path / "first", 2)
    few, many = peak(form, tmp_path / "few", 30), peak(form, tmp_path / "many", 90)
    assert many - few < 60 * 5_000, "an episode here has 20 kB and more; of it an archive keeps its name"
