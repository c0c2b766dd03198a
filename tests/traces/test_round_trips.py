"""What is written in a format is read again as it was."""

import tempfile
from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from support.transcripts import respelt, transcripts

from wardian.traces.atif import atif_trajectory, transcript_of_atif
from wardian.traces.files import read_transcripts
from wardian.traces.inspect_log import LogHead, inspect_log
from wardian.traces.inspect_sample import inspect_sample, transcript_of_sample
from wardian.traces.openai_messages import openai_line, transcript_of_record
from wardian.traces.transcript import Transcript

HEAD = LogHead(run="r", created=1.0, task="shop", version="1", arm="arm", model="m")


@settings(max_examples=40, deadline=None)
@given(transcripts())
def test_openai_messages_keep_everything(transcript: Transcript) -> None:
    read = transcript_of_record(orjson.loads(openai_line(transcript)), 0)
    assert read is not None
    assert respelt(read) == respelt(transcript)


@settings(max_examples=40, deadline=None)
@given(transcripts())
def test_atif_keeps_everything(transcript: Transcript) -> None:
    assert respelt(transcript_of_atif(orjson.loads(atif_trajectory(transcript)))) == respelt(transcript)


@settings(max_examples=40, deadline=None)
@given(transcripts())
def test_a_sample_of_inspect_keeps_everything(transcript: Transcript) -> None:
    read = transcript_of_sample(orjson.loads(orjson.dumps(inspect_sample(transcript))))
    assert respelt(read) == respelt(transcript)


@settings(max_examples=15, deadline=None)
@given(transcripts(), transcripts(), st.sampled_from([".eval", ".json"]))
def test_a_log_of_inspect_keeps_its_samples_in_their_order(first: Transcript, second: Transcript, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"one{ending}"
        with inspect_log(path, HEAD) as log:
            log.add(first.model_copy(update={"task": "a"}))
            log.add(second.model_copy(update={"task": "b"}))
        read = list(read_transcripts(path))
    assert [each.task for each in read] == ["a", "b"]
    assert [respelt(each).turns for each in read] == [respelt(first).turns, respelt(second).turns]


@settings(max_examples=40, deadline=None)
@given(transcripts())
def test_lines_to_fine_tune_with_have_nothing_but_messages_and_tools(transcript: Transcript) -> None:
    line = orjson.loads(openai_line(transcript, bare=True))
    assert set(line) == {"messages", "tools"}
    assert len(line["messages"]) == len(transcript.turns) + bool(transcript.prompt)
    assert line["tools"][0]["function"]["name"] == "pay"
    allowed = {"role", "content", "tool_calls", "tool_call_id"}
    assert all(set(message) <= allowed for message in line["messages"])
