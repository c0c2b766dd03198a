"""`wardian fusion bench`: asks the panel, lets every arm decide, and prints what each is worth."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import orjson
from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.cli.asking import HERE, everybody_of, passing_run
from wardian.cli.fusing import Fusing, Source
from wardian.cli.wording import counted
from wardian.reports.fusion.arms import BENCHED
from wardian.reports.fusion.course import Course, benched
from wardian.reports.fusion.outcome import BenchReport
from wardian.reports.fusion.sections import bench_sections
from wardian.reports.markdown import sections_markdown
from wardian.reports.sections import Section
from wardian.reports.terminal import sections_view
from wardian.runs.folder import RunFolder
from wardian.specs.fusion.modes import CascadeSpec, FusionSpec, Mode, PanelFusion
from wardian.specs.fusion.panels import PREFIX
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest
from wardian.specs.questions import Question, read_questions

__all__ = ["Benching", "bench_fusion", "mode_named", "say"]


class Benching(Frozen):
    """What is benched.

    Args:
        prompts: a JSONL file.
        config: the file with models and fusions.
        fusions: whose panel, by default the first of the config; all after it are compared as they are.
        modes: the ways of deciding; by default all.
        overrides: `--set`.
    """

    prompts: Path
    config: Path
    fusions: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()

    @property
    def job(self) -> Fusing:
        """The config as a job that asks those fusions."""
        models = tuple(f"{PREFIX}{name.removeprefix(PREFIX)}" for name in self.fusions)
        overrides = (*HERE, *self.overrides)
        return Fusing(source=Source(file=self.prompts), config=self.config, models=models, overrides=overrides)


def bench_fusion(what: Benching, environ: Mapping[str, str], *, as_json: bool | None) -> None:
    """Bench, and print the report for people (None), as JSON (True), or as Markdown (False).

    Raises:
        ConfigError: when there is no such fusion or mode, a prompt has no gold answer, or the config is wrong.
    """
    modes = tuple(mode_named(name) for name in what.modes) or BENCHED
    questions = read_questions(what.prompts)
    with what.job.job(environ) as job:
        (name, spec), *others = ((asker.model, job.panels.specs[asker.model]) for asker in job.askers)
        course = Course(
            modes=modes,
            others=dict(others),
            prompt=_prompt(job),
            sampling=job.askers[0].sampling,
            at_once=job.executor.concurrency,
        )
        bench = _Bench(name, _panel(name, spec), questions, course)
        with passing_run(job, environ) as folder:
            sys.stderr.write(f"{name}: {counted(len(questions), 'prompt')}, members first\n")
            report = asyncio.run(bench.report(folder, environ))
    say(report, bench_sections(report), as_json=as_json)


def mode_named(name: str) -> Mode:
    """The mode of this name.

    Raises:
        ConfigError: when there is none.
    """
    known: tuple[Mode, ...] = get_args(Mode)
    mode = next((each for each in known if each == name), None)
    if mode is None:
        raise ConfigError(f"there is no mode '{name}'; {nearest(name, known)}")
    return mode


def say(report: Frozen, sections: Sequence[Section], *, as_json: bool | None) -> None:
    """Print a report for people (None), as JSON (True), or as Markdown (False)."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
    elif as_json is None:
        Console().print(sections_view(sections))
    else:
        sys.stdout.write(sections_markdown(sections))


def _prompt(job: JobSpec) -> str:
    """That of the agent who asks the fusion in the config."""
    first = job.agents[0]
    return job.prompts[first.prompt] if first.kind == "tools" and first.prompt else ""


def _panel(name: str, spec: FusionSpec) -> PanelFusion:
    if isinstance(spec, CascadeSpec):
        raise ConfigError(f"'{name}' is a cascade and has no panel; name another fusion, and this one after it")
    return spec


@dataclass(frozen=True)
class _Bench:
    """What is benched, ready to be."""

    name: str
    panel: PanelFusion
    questions: Sequence[Question]
    course: Course

    async def report(self, folder: RunFolder, environ: Mapping[str, str]) -> BenchReport:
        async with everybody_of(folder, environ) as everybody:
            return await benched(self.name, self.panel, self.questions, everybody, self.course)
