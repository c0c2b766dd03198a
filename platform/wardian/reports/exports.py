"""A run in the formats of others, written one episode at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Final, Literal, get_args

from wardian import __version__
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.messages import ToolSchema
from wardian.episodes.transcribed import transcript_of
from wardian.reports.answers import answer_line
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.specs.masking import mask
from wardian.traces.atif import atif_trajectory
from wardian.traces.inspect_log import ARCHIVE, TEXT, InspectLog, LogHead, inspect_log
from wardian.traces.inspect_sample import moment
from wardian.traces.openai_messages import openai_line
from wardian.traces.transcript import Transcript
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.otlp_json import otlp_line

__all__ = ["FORMATS", "WITH_TOOLS", "Add", "Exported", "Format", "open_export", "transcript_in"]

Format = Literal["inspect", "inspect-json", "atif", "openai", "finetune", "otlp", "answers"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
WITH_TOOLS: Final[tuple[Format, ...]] = ("atif", "openai", "finetune")
"""The formats that have a place for the tools that an agent had."""
BETWEEN: Final = "~"
"""Stands in no name of an environment or an arm, so that no two pairs of them are called alike."""

Add = Callable[[Scored, Sequence[ToolSchema]], None]
"""Writes one episode, with the tools that its agent had."""


class Exported(Frozen):
    """What is exported: the run's id and its job."""

    run: str
    job: JobSpec


Writer = Callable[[Path, Exported], AbstractContextManager[Add]]
"""Of one format: makes the file or folder."""


def open_export(form: Format, target: Path, what: Exported) -> AbstractContextManager[Add]:
    """Begin to write `target`, which must not be there: a file, or a folder for Inspect's logs and `atif`.

    It is there once this is left; when an error ends it, nothing is.

    Raises:
        ConfigError: when it is there already, or cannot be made.
    """
    if target.exists():
        raise ConfigError(f"{target}: is there already; name another one with --to")
    return _whole(WRITERS[form], target, what)


@contextmanager
def _whole(writer: Writer, target: Path, what: Exported) -> Iterator[Add]:
    """Writes to a hidden name beside `target`, where one that the process did not live to end is replaced."""
    hidden = target.with_name(f".{target.name}.part")
    try:
        _delete(hidden)
        with writer(hidden, what) as add:
            yield add
        hidden.rename(target)
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({error.strerror})") from error
    finally:
        _delete(hidden)


def _delete(path: Path) -> None:
    if path.is_dir():
        rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def transcript_in(what: Exported, scored: Scored, tools: Sequence[ToolSchema] = ()) -> Transcript:
    """The transcript of an episode of the run, with prompt and scores."""
    scores = {score.metric: score.value for score in scored.scores if score.value is not None}
    prompt = scored.episode.spec.agent.system(what.job.prompts)
    explained = {score.metric: score.explanation for score in scored.scores if score.explanation}
    transcript = transcript_of(scored.episode, run=what.run, prompt=prompt, tools=tools, scores=scores)
    return transcript.model_copy(update={"explanations": explained})


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
def _answers(target: Path, what: Exported) -> Iterator[Add]:
    with _lines(target) as put:
        yield lambda scored, tools: put(answer_line(scored).model_dump_json().encode())


@contextmanager
def _lines(target: Path) -> Iterator[Callable[[bytes], None]]:
    """Writes JSON documents line by line, without anything of a key's shape."""
    with target.open("w", encoding="utf-8") as file:

        def put(document: bytes) -> None:
            file.write(mask(document.decode()) + "\n")

        yield put


@contextmanager
def _atif(target: Path, what: Exported) -> Iterator[Add]:
    target.mkdir(parents=True)

    def add(scored: Scored, tools: Sequence[ToolSchema]) -> None:
        document = atif_trajectory(transcript_in(what, scored, tools))
        (target / f"{scored.episode.spec.key}.json").write_text(mask(document.decode()), encoding="utf-8")

    yield add


@contextmanager
def _inspect(ending: str, target: Path, what: Exported) -> Iterator[Add]:
    """A log for every environment and arm: one log of Inspect's has one task and one model."""
    logs: dict[tuple[str, str], InspectLog] = {}
    target.mkdir(parents=True)
    with ExitStack() as opened:

        def add(scored: Scored, tools: Sequence[ToolSchema]) -> None:
            spec = scored.episode.spec
            place = spec.environment.name, spec.agent.name
            if place not in logs:
                head = _head(what.run, scored)
                logs[place] = opened.enter_context(inspect_log(target / _log_name(head, ending), head))
            logs[place].add(transcript_in(what, scored))

        yield add


def _log_name(head: LogHead, ending: str) -> str:
    """In a folder Inspect takes JSON for a log when its name begins with a time."""
    name = f"{head.task}{BETWEEN}{head.arm}{ending}"
    return name if ending == ARCHIVE else f"{moment(head.created)[:19].replace(':', '-')}_{name}"


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


WRITERS: Final[Mapping[Format, Writer]] = {
    "inspect": partial(_inspect, ARCHIVE),
    "inspect-json": partial(_inspect, TEXT),
    "atif": _atif,
    "openai": _openai,
    "finetune": _finetune,
    "otlp": _otlp,
    "answers": _answers,
}
