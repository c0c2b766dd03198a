"""`wardian judge calibrate`: puts gold items before a judge, and prints what it is worth."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.cli.asking import HERE, everybody_of, passing_run
from wardian.cli.benching import say
from wardian.cli.fusing import Fusing, Source
from wardian.reports.judging.examination import examined
from wardian.reports.judging.gold import GoldItem, read_gold
from wardian.reports.judging.outcome import JudgeReport
from wardian.reports.judging.reckoning import calibrated
from wardian.reports.judging.sections import judge_sections
from wardian.runs.folder import RunFolder
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.panels import PREFIX
from wardian.specs.job import JobSpec
from wardian.specs.questions import Question

__all__ = ["Calibrating", "calibrate_judge"]


class Calibrating(Frozen):
    """Who is put to the test.

    Args:
        gold: a JSONL file of items.
        config: the file with models and fusions.
        judge: a model of it, or a fusion whose judge it is; by default the first fusion's.
        bound: the s* that it must be above.
        overrides: `--set`.
    """

    gold: Path
    config: Path
    judge: str | None = None
    bound: float | None = None
    overrides: tuple[str, ...] = ()


def calibrate_judge(what: Calibrating, environ: Mapping[str, str], *, as_json: bool | None) -> None:
    """Examine the judge, and print the report for people (None), as JSON (True), or as Markdown (False).

    Raises:
        ConfigError: when there is no such judge, or something is wrong with the items.
    """
    items = read_gold(what.gold)
    with _asked(what, items, environ) as job, passing_run(job, environ) as folder:
        spec = _judge_of(job)
        report = asyncio.run(_examine(folder, items, spec, what.bound, environ))
    say(report, judge_sections(report), as_json=as_json)


@contextmanager
def _asked(what: Calibrating, items: Sequence[GoldItem], environ: Mapping[str, str]) -> Iterator[JobSpec]:
    """The config as a job that asks whom is named; its tasks are the items: simulated judges know answers by them."""
    with TemporaryDirectory(prefix="wardian-gold-") as folder:
        file = Path(folder) / "items.jsonl"
        file.write_text("".join(f"{_question(item).model_dump_json()}\n" for item in items), encoding="utf-8")
        models = () if what.judge is None else (what.judge,)
        fusing = Fusing(source=Source(file=file), config=what.config, models=models, overrides=(*HERE, *what.overrides))
        with fusing.job(environ) as job:
            yield job


def _question(item: GoldItem) -> Question:
    known = tuple(item.candidates[place].text for place in item.right or ())
    return Question(id=item.id, prompt=item.prompt, system=item.system, gold=known)


def _judge_of(job: JobSpec) -> JudgeSpec:
    """The model that is asked, or the judge of the fusion that is."""
    name = job.askers[0].model
    if not name.startswith(PREFIX):
        return JudgeSpec(model=name)
    judge: JudgeSpec | None = getattr(job.panels.specs[name], "judge", None)
    if judge is None:
        raise ConfigError(f"'{name}' has no judge; name a model with --judge")
    return judge


async def _examine(
    folder: RunFolder, items: Sequence[GoldItem], spec: JudgeSpec, bound: float | None, environ: Mapping[str, str]
) -> JudgeReport:
    async with everybody_of(folder, environ) as everybody:
        client, at_once = everybody.clients[spec.model], folder.job().executor.concurrency
        seen = await examined(items, spec, client, everybody.clock, at_once=at_once)
    return calibrated(spec.model, seen, bound=bound)
