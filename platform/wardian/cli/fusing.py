"""Prompts as a job of the pack `prompts`, and their answers as a file or a text."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import orjson
from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.cli.answers import answers_written
from wardian.cli.evaluation import evaluate
from wardian.cli.loading import loaded
from wardian.cli.results import Outcome
from wardian.cli.starting import new_run, play_new
from wardian.cli.traced import show_trace
from wardian.reports.answers import AnswerLine, answer_line
from wardian.specs.fusion.panels import PREFIX
from wardian.specs.job import JobSpec
from wardian.specs.load import parsed

__all__ = ["Fusing", "Source", "answer_file", "answer_prompt", "source_of"]

PACK: Final = "prompts"
FILE_ENDINGS: Final = (".jsonl", ".ndjson", ".json")


class Source(Frozen):
    """Where prompts come from: a file, or the one prompt itself."""

    file: Path | None = None
    prompt: str = ""

    @property
    def environments(self) -> list[dict[str, Any]]:
        """As a job has it: the path stays relative where it can, for that is what travels to a cluster."""
        if self.file is None:
            return [{"pack": PACK, "knobs": {"prompt": self.prompt}}]
        whole, here = self.file.resolve(), Path.cwd()
        file = whole.relative_to(here) if whole.is_relative_to(here) else whole
        return [{"pack": PACK, "knobs": {"file": str(file)}}]

    @property
    def settings(self) -> dict[str, Any]:
        """Every prompt is answered once; one alone needs neither a cluster nor curves."""
        if self.file is not None:
            return {"repeats": 1}
        return {"executor": {"kind": "local", "concurrency": 1}, "tracking": {"enabled": False}, "repeats": 1}


class Fusing(Frozen):
    """What is asked, and who answers.

    Args:
        source: the prompts.
        config: the file with models and fusions; what it plays otherwise is left out.
        models: who answers, an arm each; by default the first fusion of the config.
        overrides: `--set`.
    """

    source: Source
    config: Path
    models: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()

    @contextmanager
    def job(self, environ: Mapping[str, str]) -> Iterator[JobSpec]:
        """The job, and the lines of its later mistakes, as `loaded` gives them.

        Raises:
            ConfigError: when the config is wrong, or has nobody who could answer.
        """
        document = parsed(self.config, environ)
        models = self.models or _first_fusion(document.get(("fusions",)))
        agents = _agents(document.get(("agents",)), models)
        if not agents:
            raise ConfigError(f"{self.config}: there is no fusion in it; name a model with --model")
        instead = {**self.source.settings, "environments": self.source.environments, "agents": agents}
        with loaded(self.config, overrides=self.overrides, environ=environ, instead=instead) as job:
            yield job


def source_of(prompts: str) -> Source:
    """A file if it is one, or is called like one; else a prompt.

    Raises:
        ConfigError: when there is neither, or something called like a file is not there.
    """
    if not prompts.strip():
        raise ConfigError("fuse: name a JSONL file of prompts, or say a prompt")
    path, one_word = Path(prompts), not any(map(str.isspace, prompts))
    with suppress(OSError, ValueError):  # a prompt may be no name of a file
        if path.is_file():
            return Source(file=path)
    if one_word and path.suffix in FILE_ENDINGS:
        raise ConfigError(f"{path}: there is no such file")
    return Source(prompt=prompts)


def answer_file(what: Fusing, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Answer all prompts of a file in a new run, write the answers, and exit with the run's code."""
    with what.job(environ) as job:
        folder = new_run(job, environ)
        with answers_written(folder, quiet=as_json):
            play_new(folder, environ, as_json=as_json)


def answer_prompt(what: Fusing, environ: Mapping[str, str], *, trace: bool, as_json: bool) -> None:
    """Answer one prompt in a run of its own, print the answers, and exit with the run's code."""
    with what.job(environ) as job:
        folder = new_run(job, environ)
        try:
            outcome = asyncio.run(evaluate(folder, folder.job(), environ, Console(stderr=True, quiet=True)))
        except (ConfigError, ExceptionGroup):
            folder.discard_if_unplayed()
            raise
    _say(outcome, [answer_line(scored) for scored in folder.records()], trace=trace, as_json=as_json)
    sys.exit(outcome.exit_code)


def _say(outcome: Outcome, lines: Sequence[AnswerLine], *, trace: bool, as_json: bool) -> None:
    if as_json:
        documents = [line.model_dump(mode="json") for line in lines]
        told = {"run": outcome.run, "answers": documents, "exit_code": outcome.exit_code}
        sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
        return
    for line in lines:
        if line.answer is None:
            sys.stderr.write(f"wardian: {line.arm}: {line.failure or 'no answer'}\n")
            continue
        sys.stdout.write(f"{line.arm}: {line.answer}\n" if len(lines) > 1 else f"{line.answer}\n")
        if trace and line.fusion is not None:
            show_trace(line, line.fusion)
    if outcome.pause_line is not None:
        sys.stderr.write(f"wardian: {outcome.pause_line}\n")


def _first_fusion(fusions: Any) -> tuple[str, ...]:
    return tuple(f"{PREFIX}{name}" for name in fusions)[:1] if isinstance(fusions, dict) else ()


def _agents(written: Any, models: Sequence[str]) -> list[dict[str, Any]]:
    """An arm for each model: the config's own one that asks it, with its prompt and sampling, if there is one."""
    own = written if isinstance(written, list) else []
    asking = {str(each.get("model")): each for each in reversed(own) if isinstance(each, dict)}
    return [asking.get(model) or {"name": model.removeprefix(PREFIX), "model": model} for model in models]
