"""Traces on disk: a file or a folder of them, whichever of the formats they are in."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from wardian.base.data_file import read_data
from wardian.base.errors import ConfigError
from wardian.traces.mlflow_traces import is_mlflow, traces_of_mlflow
from wardian.traces.openai_messages import trace_of_record
from wardian.traces.otlp_spans import traces_of_export
from wardian.traces.trace import Trace

__all__ = ["read_traces"]

SUFFIXES: Final = (".json", ".jsonl", ".ndjson")
EXPORT: Final = "resourceSpans"


def read_traces(path: Path) -> list[Trace]:
    """All conversations with tool calls in a file, or in the files (.json, .jsonl, .ndjson) of a folder.

    A conversation whose calls another record goes on with counts once: loggers write every request anew.

    Raises:
        ConfigError: when there is nothing to read, or nothing of use in it.
    """
    found = _distinct(trace for file in _files(path) for trace in _read(file) if trace.calls)
    if not found:
        raise ConfigError(f"{path}: no tool call in it with an answer (OTLP/JSON, MLflow or OpenAI-style messages)")
    return found


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
    return [path]


def _read(file: Path) -> list[Trace]:
    documents = _documents(file)
    exported = [each for each in documents if isinstance(each, dict) and EXPORT in each]
    logged = [each for each in documents if is_mlflow(each)]
    rest = [each for each in documents if not is_mlflow(each) and not (isinstance(each, dict) and EXPORT in each)]
    try:
        records = [trace_of_record(record, position) for position, record in enumerate(rest)]
        found = [*traces_of_export(exported), *traces_of_mlflow(logged), *filter(None, records)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{file}: is not what its format says: {type(error).__name__}: {error}") from error
    return found


def _documents(file: Path) -> list[Any]:
    """The documents in a file: one JSON text, a list of them, or one a line."""
    data = read_data(file)
    try:
        whole = orjson.loads(data)
    except orjson.JSONDecodeError:
        return list(_lines(file, data))
    if isinstance(whole, dict) and isinstance(whole.get("traces"), list):
        whole = whole["traces"]
    is_list = isinstance(whole, list) and not any(isinstance(each, dict) and "role" in each for each in whole)
    return list(whole) if is_list else [whole]


def _lines(file: Path, data: bytes) -> Iterator[Any]:
    for number, line in enumerate(data.splitlines(), 1):
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
