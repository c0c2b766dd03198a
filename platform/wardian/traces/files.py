"""Recorded conversations on disk: a file or a folder of them, whichever of the formats they are in."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import orjson

from wardian.base.errors import ConfigError
from wardian.traces.atif import is_atif, transcript_of_atif
from wardian.traces.inspect_log import ARCHIVE, is_inspect, transcripts_of_log, transcripts_of_text
from wardian.traces.mlflow_traces import is_mlflow, transcripts_of_mlflow
from wardian.traces.openai_messages import transcript_of_record
from wardian.traces.otlp_spans import is_whole, transcripts_of_export
from wardian.traces.trace import Trace
from wardian.traces.transcript import Transcript, trace_of

__all__ = ["read_traces", "read_transcripts"]

SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ARCHIVE)
EXPORT: Final = "resourceSpans"
FORMATS: Final = "OTLP/JSON, MLflow, ATIF, Inspect or OpenAI-style messages"
WRONG: Final = (AttributeError, KeyError, TypeError, ValueError)


def read_traces(path: Path) -> list[Trace]:
    """All conversations with tool calls in a file, or in the files of a folder.

    A conversation whose calls another record goes on with counts once: loggers write every request anew.

    Raises:
        ConfigError: when there is nothing to read, or nothing of use in it.
    """
    traces = (trace_of(transcript) for file in _files(path) for transcript in _read(file))
    found = _distinct(trace for trace in traces if trace.calls)
    if not found:
        raise ConfigError(f"{path}: no tool call in it with an answer ({FORMATS})")
    return found


def read_transcripts(path: Path) -> Iterator[Transcript]:
    """All conversations in a file, or in the files (.json, .jsonl, .ndjson, .eval) of a folder.

    Of one that a logger wrote anew with every request the longest record counts. What Wardian has written is read one
    conversation at a time, however large the file is, unless that is one JSON text.

    Raises:
        ConfigError: when there is nothing to read, or a file is not what its format says.
    """
    empty = True
    for file in _files(path):
        logged: dict[str, list[Transcript]] = {}
        for transcript in _read(file):
            empty = False
            if transcript.own:
                yield transcript
            else:
                logged.setdefault(transcript.id, []).append(transcript)
        for versions in logged.values():
            yield from _longest(versions)
    if empty:
        raise ConfigError(f"{path}: no conversation in it ({FORMATS})")


def _longest(versions: list[Transcript]) -> Iterator[Transcript]:
    """Without those that are the beginning of another one."""
    kept: list[Transcript] = []
    for transcript in sorted(versions, key=lambda transcript: -len(transcript.turns)):
        if not any(transcript.turns == other.turns[: len(transcript.turns)] for other in kept):
            kept.append(transcript)
    return iter(kept)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
    return [path]


def _read(file: Path) -> Iterator[Transcript]:
    try:
        yield from transcripts_of_log(file) if file.suffix == ARCHIVE else _conversations(file)
    except ConfigError as error:
        raise error if str(file) in str(error) else ConfigError(f"{file}: {error}") from error
    except WRONG as error:
        said = next(iter(str(error).splitlines()), "")
        raise ConfigError(f"{file}: is not what its format says: {type(error).__name__}: {said}") from error


def _conversations(file: Path) -> Iterator[Transcript]:
    """Records one by one; spans of others, whose conversations may lie anywhere in the file, at its end."""
    exported, logged, position = list[Any](), list[Any](), 0
    for document in _documents(file):
        if isinstance(document, dict) and EXPORT in document:
            if is_whole(document):
                yield from transcripts_of_export([document])
            else:
                exported.append(document)
        elif is_mlflow(document):
            logged.append(document)
        elif is_inspect(document):
            yield from transcripts_of_text(document)
        else:
            found = transcript_of_atif(document) if is_atif(document) else transcript_of_record(document, position)
            position += 1
            if found is not None:
                yield found
    yield from chain(transcripts_of_export(exported), transcripts_of_mlflow(logged))


def _documents(file: Path) -> Iterator[Any]:
    """The documents in a file: one a line, one JSON text, or a list of them."""
    try:
        with file.open("rb") as lines:
            first = next((line for line in lines if line.strip()), b"")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error
    if _is_whole(first) and file.suffix != ".json":
        return _lines(file)
    data = file.read_bytes()
    try:
        return iter(_listed(orjson.loads(data)))
    except orjson.JSONDecodeError:
        return _lines(file)


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _listed(whole: Any) -> list[Any]:
    if isinstance(whole, dict) and isinstance(whole.get("traces"), list):
        whole = whole["traces"]
    is_list = isinstance(whole, list) and not any(isinstance(each, dict) and "role" in each for each in whole)
    return list(whole) if is_list else [whole]


def _lines(file: Path) -> Iterator[Any]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    raise ConfigError(f"{file}:{number}: is not JSON: {error}") from error


def _distinct(traces: Iterable[Trace]) -> list[Trace]:
    """Without those whose calls are the beginning of another one's of the same name."""
    kept: dict[str, list[Trace]] = {}
    for trace in sorted(traces, key=lambda trace: -len(trace.calls)):
        longer = kept.setdefault(trace.id, [])
        if not any(trace.calls == other.calls[: len(trace.calls)] for other in longer):
            longer.append(trace)
    return [trace for name in sorted(kept) for trace in kept[name]]
