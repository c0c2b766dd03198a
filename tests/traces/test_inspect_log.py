"""Logs for Inspect: its own readers read them, and its own logs are read here."""

from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from hypothesis import given, settings
from inspect_ai.analysis import samples_df
from inspect_ai.log import (
    EvalSample,
    EvalSampleSummary,
    read_eval_log,
    read_eval_log_sample_summaries,
    write_eval_log,
)
from support.transcripts import transcripts

from wardian.base.errors import ConfigError
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.traces.files import read_traces, read_transcripts
from wardian.traces.inspect_log import LogHead, inspect_log
from wardian.traces.inspect_sample import inspect_sample, sample_summary
from wardian.traces.transcript import Transcript, Turn

HEAD = LogHead(run="r-1", created=1_000.0, task="shop", version="2", arm="careful", model="mini")
CALL = ToolCall(id="c1", name="get_order", arguments='{"order_id":"W1"}')
HALF = ToolCall(id="c2", name="get_order", arguments='{"order_')
KEY = "sk-" + "a1b2" * 8


def conversation(task: str = "return-1", repeat: int = 0, success: float = 1.0) -> Transcript:
    usage = Usage(input_tokens=90, output_tokens=10, cached_tokens=40)
    asked = Message(role="assistant", tool_calls=(CALL, HALF), reasoning="hm")
    return Transcript(
        id=f"{task}-{repeat}",
        turns=(
            Turn(message=Message(role="user", content=f"Where is W1? {KEY}")),
            Turn(message=asked, usage=usage, model="mini", cost_usd=0.25, finish="tool_calls"),
            Turn(message=Message(role="tool", content="late", tool_call_id="c1"), error="", changed=False, state="s"),
            Turn(message=Message(role="tool", content="no", tool_call_id="c2"), error="invalid_arguments"),
            Turn(
                message=Message(role="assistant", content="Late."),
                usage=usage,
                model="mini",
                cost_usd=0.5,
                finish="stop",
            ),
        ),
        prompt="Be kind.",
        task=task,
        about={"repeat": repeat, "started_at": 1_000.0 + repeat, "wall_s": 2.0, "wait_s": 0.5, "persona": "terse"},
        scores={"success": success, "turns": 2.0},
        explanations={"success": "confirmed_before_write"},
        own=True,
    )


@pytest.fixture(params=[".eval", ".json"])
def log(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A log of three samples."""
    path = tmp_path / f"1970-01-01T00-16-40_shop{request.param}"
    with inspect_log(path, HEAD) as made:
        for task, repeat, success in (("return-1", 0, 1.0), ("return-1", 1, 0.0), ("cancel/2", 0, 1.0)):
            made.add(conversation(task, repeat, success))
    return path


def test_inspect_reads_what_the_log_says_of_itself(log: Path) -> None:
    read = read_eval_log(str(log))
    assert (read.status, read.eval.task, read.eval.model, read.eval.solver) == ("success", "shop", "mini", "careful")
    assert read.results is not None
    assert (read.results.total_samples, read.results.completed_samples) == (3, 3)
    assert {score.name: score.metrics["mean"].value for score in read.results.scores} == {
        "success": pytest.approx(2 / 3),
        "turns": 2.0,
    }
    assert read.stats.model_usage["mini"].total_tokens == 600
    assert read.stats.model_usage["mini"].total_cost == 2.25
    assert read.stats.started_at == "1970-01-01T00:16:40+00:00"
    assert read_eval_log(str(log), header_only=True).results == read.results


def test_inspect_reads_the_samples(log: Path) -> None:
    samples = {(sample.id, sample.epoch): sample for sample in read_eval_log(str(log)).samples or ()}
    assert sorted(samples) == [("cancel/2", 1), ("return-1", 1), ("return-1", 2)]
    sample = samples["return-1", 1]
    assert [message.role for message in sample.messages] == ["system", "user", "assistant", "tool", "tool", "assistant"]
    assert sample.messages[0].text == "Be kind."
    first, half = sample.messages[2].tool_calls or []
    assert (first.function, first.arguments, first.parse_error) == ("get_order", {"order_id": "W1"}, None)
    assert half.parse_error == '{"order_'
    assert [message.error and message.error.type for message in sample.messages[3:5]] == [None, "parsing"]
    assert sample.scores is not None
    assert sample.scores["success"].value == 1.0
    assert (sample.scores["success"].explanation, sample.scores["turns"].explanation) == (
        "confirmed_before_write",
        None,
    )
    assert sample.model_usage["mini"].total_cost == 0.75
    assert (sample.output.completion, sample.output.stop_reason) == ("Late.", "stop")
    assert (sample.total_time, sample.working_time, sample.turn_count) == (2.0, 1.5, 2)


def test_an_unknown_price_makes_the_cost_of_a_log_unknown(tmp_path: Path) -> None:
    known = conversation()
    unknown = known.model_copy(
        update={"turns": tuple(turn.model_copy(update={"cost_usd": None}) for turn in known.turns)}
    )
    for order, turns in enumerate(((known, unknown), (unknown, known))):
        path = tmp_path / f"{order}.json"
        with inspect_log(path, HEAD) as made:
            for each in turns:
                made.add(each)
        assert read_eval_log(str(path)).stats.model_usage["mini"].total_cost is None


@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")  # Inspect's, of pandas
def test_inspect_makes_a_table_of_the_samples(log: Path) -> None:
    table = samples_df(str(log.parent))
    assert len(table) == 3
    assert sorted(table["score_success"]) == [0.0, 1.0, 1.0]
    assert set(table["metadata_persona"]) == {"terse"}
    assert set(table["total_tokens"]) == {200}
    assert len(read_eval_log_sample_summaries(str(log))) == 3


@settings(max_examples=40, deadline=None)
@given(transcripts())
def test_inspect_takes_every_conversation(transcript: Transcript) -> None:
    sample = inspect_sample(transcript)
    read = EvalSample.model_validate(orjson.loads(orjson.dumps(sample)))
    assert len(read.messages) == len(transcript.messages)
    assert read.scores is not None
    assert {name: score.value for name, score in read.scores.items()} == transcript.scores
    summary = EvalSampleSummary.model_validate(orjson.loads(orjson.dumps(sample_summary(sample))))
    assert (summary.id, summary.message_count) == (read.id, len(read.messages))


def test_what_looks_like_a_key_is_covered(log: Path) -> None:
    said = [log.read_bytes()]
    if log.suffix == ".eval":
        with ZipFile(log) as archive:
            said = [archive.read(name) for name in archive.namelist()]
        assert sum(b"Where is W1?" in part for part in said) == 4, "three samples and the summaries"
    assert all(KEY.encode() not in part for part in said)
    assert any(b"Where is W1? [key]" in part for part in said)


@pytest.mark.parametrize("name", ["none.eval", "none.json"])
def test_a_log_without_samples_is_one(tmp_path: Path, name: str) -> None:
    with inspect_log(tmp_path / name, HEAD):
        pass
    assert read_eval_log(str(tmp_path / name)).samples == []
    with pytest.raises(ConfigError, match="no conversation in it"):
        list(read_transcripts(tmp_path / name))


def test_a_log_in_json_says_what_the_archive_says(tmp_path: Path) -> None:
    for ending in (".eval", ".json"):
        with inspect_log(tmp_path / f"one{ending}", HEAD) as made:
            made.add(conversation())
    archive, text = (read_eval_log(str(tmp_path / f"one{ending}")) for ending in (".eval", ".json"))
    assert archive.model_dump(exclude={"location"}) == text.model_dump(exclude={"location"})
    assert list(read_transcripts(tmp_path / "one.json")) == list(read_transcripts(tmp_path / "one.eval"))


@pytest.mark.parametrize("name", ["again.json", "again.eval"])
def test_what_inspect_itself_has_written_is_read(log: Path, tmp_path: Path, name: str) -> None:
    again = tmp_path / "theirs" / name
    again.parent.mkdir()
    write_eval_log(read_eval_log(str(log)), str(again))

    def by_id(path: Path) -> dict[str, Transcript]:
        return {transcript.id: transcript for transcript in read_transcripts(path)}

    assert by_id(again) == by_id(log)
    assert len(by_id(log)) == 3


def test_a_log_that_was_broken_off_has_no_head(tmp_path: Path) -> None:
    path = tmp_path / "half.eval"
    with pytest.raises(TypeError), inspect_log(path, HEAD) as log:
        log.add(conversation().model_copy(update={"about": {"seed": object()}}))
    assert read_eval_log(str(path)).status == "started"


def test_a_log_of_inspects_own_is_read(tmp_path: Path) -> None:
    sample = {
        "id": 7,
        "epoch": 1,
        "input": "Hello",
        "target": "",
        "messages": [
            {"role": "user", "content": "Hello"},
            {
                "role": "assistant",
                "content": [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "One moment."}],
                "tool_calls": [{"id": "x", "function": "bash", "arguments": {"cmd": "ls"}, "type": "function"}],
            },
            {"role": "tool", "content": "", "tool_call_id": "x", "error": {"type": "timeout", "message": "too slow"}},
            {"role": "assistant", "content": "Sorry."},
        ],
        "scores": {"includes": {"value": "I"}, "exact": {"value": 0}},
        "model_usage": {"m": {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7}},
    }
    path = tmp_path / "theirs.eval"
    with ZipFile(path, "w") as archive:
        archive.writestr("samples/7_epoch_1.json", orjson.dumps(sample))
    (read,) = read_transcripts(path)
    assert (read.id, read.task, read.own, read.scores) == ("7_epoch_1", "7", False, {"exact": 0.0})
    assert [turn.message.content for turn in read.turns] == ["Hello", "One moment.", "", "Sorry."]
    assert read.turns[1].message.reasoning == "hm"
    assert read.turns[2].error == "too slow"
    assert sum(turn.usage.total for turn in read.turns if turn.usage) == 7
    (trace,) = read_traces(path)
    assert [(call.tool, call.arguments) for call in trace.calls] == [("bash", '{"cmd":"ls"}')]


@pytest.mark.parametrize(("data", "said"), [(b"no zip", "is no log of Inspect's"), (None, "cannot be read")])
def test_what_is_no_log_is_said_in_one_line(tmp_path: Path, data: bytes | None, said: str) -> None:
    path = tmp_path / "bad.eval"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError, match=said):
        list(read_transcripts(path))
