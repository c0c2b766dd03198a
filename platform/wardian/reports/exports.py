"""A run in the formats of others, written one episode at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final, Literal, get_args

from wardian import __version__
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.messages import ToolSchema
from wardian.episodes.transcribed import transcript_of
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.specs.masking import mask
from wardian.traces.atif import atif_trajectory
from wardian.traces.inspect_log import LOG, InspectLog, LogHead, inspect_log
from wardian.traces.openai_messages import openai_line
from wardian.traces.transcript import Transcript
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.otlp_json import otlp_line

__all__ = ["FORMATS", "WITH_TOOLS", "Add", "Exported", "Format", "open_export", "transcript_in"]

Format = Literal["inspect", "atif", "openai", "finetune", "otlp"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
WITH_TOOLS: Final[tuple[Format, ...]] = ("atif", "openai", "finetune")
"""The formats that have a place for the tools that an agent had."""

Add = Callable[[Scored, Sequence[ToolSchema]], None]
"""Writes one episode, with the tools that its agent had."""


class Exported(Frozen):
    """What is exported: the run's id and its job."""

    run: str
    job: JobSpec


def open_export(form: Format, target: Path, what: Exported) -> AbstractContextManager[Add]:
    """Begin to write `target`, which must not be there: a file, or a folder for `inspect` and `atif`.

    Raises:
        ConfigError: when it is there already, or cannot be made.
    """
    if target.exists():
        raise ConfigError(f"{target}: is there already; name another one with --to")
    return WRITERS[form](target, what)


def transcript_in(what: Exported, scored: Scored, tools: Sequence[ToolSchema] = ()) -> Transcript:
    """The transcript of an episode of the run, with prompt and scores."""
    scores = {score.metric: score.value for score in scored.scores if score.value is not None}
    prompt = what.job.prompts.get(scored.episode.spec.agent.prompt, "")
    return transcript_of(scored.episode, run=what.run, prompt=prompt, tools=tools, scores=scores)


@contextmanager
def _openai(target: Path, what: Exported) -> Iterator[Add]:
    with _lines(target) as put:
        yield lambda scored, tools: put(openai_line(transcript_in(what, scored, tools)))


@contextmanager
def _finetune(target: Path, what: Exported) -> Iterator[Add]:
    with _lines(target) as put:
        yield lambda scored, tools: put(openai_line(transcript_in(what, scored, tools), bare=True))


@contextmanager
def _otlp(target: Path, what: Exported) -> Iterator[Add]:
    telemetry = what.job.telemetry.model_copy(update={"content": True, "sample": 1.0})
    spans = EpisodeSpans(what.run, what.job.model_copy(update={"telemetry": telemetry}))
    with _lines(target) as put:
        yield lambda scored, tools: put(otlp_line(spans.of(scored)))


@contextmanager
def _lines(target: Path) -> Iterator[Callable[[bytes], None]]:
    """Writes JSON documents line by line, without anything of a key's shape."""
    with _reporting(target), target.open("w", encoding="utf-8") as file:

        def put(document: bytes) -> None:
            file.write(mask(document.decode()) + "\n")

        yield put


@contextmanager
def _atif(target: Path, what: Exported) -> Iterator[Add]:
    with _reporting(target):
        target.mkdir(parents=True)

        def add(scored: Scored, tools: Sequence[ToolSchema]) -> None:
            document = atif_trajectory(transcript_in(what, scored, tools))
            (target / f"{scored.episode.spec.key}.json").write_text(mask(document.decode()), encoding="utf-8")

        yield add


@contextmanager
def _inspect(target: Path, what: Exported) -> Iterator[Add]:
    """A log for every environment and arm: one log of Inspect's has one task and one model."""
    logs: dict[Path, InspectLog] = {}
    with _reporting(target), ExitStack() as opened:
        target.mkdir(parents=True)

        def add(scored: Scored, tools: Sequence[ToolSchema]) -> None:
            spec = scored.episode.spec
            path = target / f"{spec.environment.name}_{spec.agent.name}{LOG}"
            if path not in logs:
                logs[path] = opened.enter_context(inspect_log(path, _head(what.run, scored)))
            logs[path].add(transcript_in(what, scored))

        yield add


def _head(run: str, scored: Scored) -> LogHead:
    spec = scored.episode.spec
    return LogHead(
        run=run,
        created=scored.episode.started_at,
        task=spec.environment.name,
        version=spec.environment.version,
        arm=spec.agent.name,
        model=spec.agent.model,
        packages={"wardian": __version__},
    )


@contextmanager
def _reporting(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{error.filename or target}: cannot be written ({error.strerror})") from error


WRITERS: Final[Mapping[Format, Callable[[Path, Exported], AbstractContextManager[Add]]]] = {
    "inspect": _inspect,
    "atif": _atif,
    "openai": _openai,
    "finetune": _finetune,
    "otlp": _otlp,
}
