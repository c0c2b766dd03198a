"""`wardian fusion replay`: the panels of a run, decided in another way."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.watchdog import Watchdog
from wardian.cli.asking import HERE, everybody_of, passing_run
from wardian.cli.benching import mode_named, say
from wardian.cli.exporting import toolsets_of
from wardian.reports.fusion.recorded import RecordedTurn, recorded_turns
from wardian.reports.fusion.redecisions import Replay, ReplayReport, replay_sections, rights_of
from wardian.reports.fusion.replay import Redecided, again, anew, respecified
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.job import JobSpec
from wardian.specs.load import changed
from wardian.specs.names import nearest
from wardian.specs.questions import read_questions

__all__ = ["Replaying", "replay_run"]


class Replaying(Frozen):
    """How panels are decided now.

    Args:
        mode: instead of the fusion's own.
        judge: a model of the run's job that is really asked; by default the recorded words count.
        gold: a file of prompts by whose answers both decisions are marked.
    """

    mode: str | None = None
    judge: str | None = None
    gold: Path | None = None


def replay_run(folder: RunFolder, how: Replaying, environ: Mapping[str, str], *, as_json: bool | None) -> None:
    """Decide the fused answers of a run again and print, fusion by fusion, what changes.

    Raises:
        ConfigError: when there is none in it, or it cannot be decided like that.
    """
    job = folder.job()
    turns = asyncio.run(_turns(folder, job))
    if not turns:
        raise ConfigError(f"{folder.id}: no fusion answered in it")
    by_fusion: dict[str, list[RecordedTurn]] = {}
    for turn in turns:
        by_fusion.setdefault(turn.result.name, []).append(turn)
    replay = _replayed(folder, by_fusion, how, environ)
    say(replay, replay_sections(replay), as_json=as_json)


def _replayed(
    folder: RunFolder, by_fusion: Mapping[str, Sequence[RecordedTurn]], how: Replaying, environ: Mapping[str, str]
) -> Replay:
    """Every fusion that can be decided like that; the others are left out, and it is said why.

    Raises:
        ConfigError: when there is none.
    """
    job, mode = folder.job(), None if how.mode is None else mode_named(how.mode)
    specs: dict[str, FusionSpec] = {}
    left_out: dict[str, str] = {}
    for name in by_fusion:
        try:
            specs[name] = respecified(job.panels.specs[name], mode, how.judge)
        except ConfigError as error:
            left_out[name] = str(error)
    if not specs:
        raise ConfigError("; ".join(f"{name}: {why}" for name, why in left_out.items()))
    reports = (_report(folder, (name, spec), by_fusion[name], how, environ) for name, spec in specs.items())
    return Replay(fusions=tuple(reports), left_out=left_out)


def _report(
    folder: RunFolder,
    named: tuple[str, FusionSpec],
    turns: Sequence[RecordedTurn],
    how: Replaying,
    environ: Mapping[str, str],
) -> ReplayReport:
    job, (name, spec) = folder.job(), named
    decided = asyncio.run(again(turns, spec)) if how.judge is None else _judged(job, turns, spec, how.judge, environ)
    known = {} if how.gold is None else {question.id: question for question in read_questions(how.gold)}
    return ReplayReport(
        run=folder.id,
        fusion=name,
        mode=spec.mode,
        judge=how.judge or "",
        decided=tuple(decided),
        rights=rights_of(turns, decided, known, spec.agree),
    )


def _judged(
    job: JobSpec, turns: Sequence[RecordedTurn], spec: FusionSpec, judge: str, environ: Mapping[str, str]
) -> list[Redecided]:
    """By somebody who is really asked."""
    known = [*job.models, *job.panels.specs]
    if judge not in known:
        raise ConfigError(f"--judge: the job has no model '{judge}'; {nearest(judge, known)}")
    asking = changed(job, (f'agents=[{{name: judge, model: "{judge}"}}]', *HERE), environ)

    async def decide(passing: RunFolder) -> list[Redecided]:
        async with everybody_of(passing, environ) as everybody:
            return await anew(turns, spec, everybody.clients[judge], at_once=asking.executor.concurrency)

    with passing_run(asking, environ) as passing:
        return asyncio.run(decide(passing))


async def _turns(folder: RunFolder, job: JobSpec) -> list[RecordedTurn]:
    """Every fused answer of the run's finished episodes."""
    watchdog = Watchdog()
    agents = {agent.name: agent for agent in job.agents if agent.kind == "tools"}
    turns: list[RecordedTurn] = []
    with watchdog.watching():
        toolsets = toolsets_of(job, watchdog)
        for finished in current(folder.finished):
            episode = folder.load(finished).episode
            agent = agents.get(episode.spec.agent.plays)
            if agent is None or not any(event.completion.fusion for event in episode.asked):
                continue
            tools = () if toolsets is None else await toolsets.of(episode.spec)
            prompt = episode.spec.agent.system(job.prompts)
            turns += recorded_turns(episode, prompt=prompt, sampling=agent.sampling, tools=tools)
    return turns
