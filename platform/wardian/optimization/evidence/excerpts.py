"""What is shown of a failed episode, and of one that went well."""

import json
from collections.abc import Iterator, Sequence, Set
from typing import Final

from wardian.base.frozen import JsonValue
from wardian.environments.change import Change
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.optimization.evidence.clusters import Cluster, Member
from wardian.optimization.evidence.conversation import cut, piece
from wardian.optimization.evidence.evidence import Excerpt
from wardian.optimization.evidence.reading import Reading
from wardian.scoring.failures.case import Case

__all__ = ["REFERENCE", "excerpts_of", "first_divergence"]

FAILURES: Final = 3
REFERENCE: Final = "reference"
"""What stands for the key of an episode that nobody of the campaign has played: the reference's."""

TURNS: Final = 4_400
DIFFERENCE: Final = 900
MENDED: Final = 500
"""In bytes. Three bytes are a token at the least, so an excerpt has no more than 2,000 with what else it says."""


def excerpts_of(cluster: Cluster, readings: Sequence[Reading]) -> tuple[Excerpt, ...]:
    """Three failures, of as many tasks as there are, and one that went well on the same or a similar task.

    Failures that would have been none without the mistake come first.
    """
    failed = [_failure(member) for member in _chosen(cluster)]
    passed = _success(cluster, readings)
    return tuple(failed if passed is None else (*failed, passed))


def first_divergence(case: Case) -> int | None:
    """Where the agent first does what the reference does nowhere, in the episode's events; None if it never does."""
    wanted = {step.signature for step in case.reference.steps} if case.reference is not None else set()
    strange = (step.position for step in case.walk.steps if wanted and step.signature not in wanted)
    return next(strange, None)


def _chosen(cluster: Cluster) -> Sequence[Member]:
    """Other tasks first: a task comes twice only where there are fewer."""
    seen, first, again = set[str](), list[Member](), list[Member]()
    for member in sorted(cluster.members, key=lambda member: member.trial.outcome != "flipped"):
        task = member.reading.episode.spec.task_key
        (again if task in seen else first).append(member)
        seen.add(task)
    return [*first, *again][:FAILURES]


def _failure(member: Member) -> Excerpt:
    reading, trial = member
    place = trial.position
    if place is None:
        place = trial.symptom.positions[0] if trial.symptom.positions else first_divergence(reading.case)
    return Excerpt(
        episode=member.key,
        task=reading.episode.spec.task_key,
        succeeded=False,
        turns=piece(reading.episode.events, place, TURNS),
        difference=cut("\n".join(_difference(reading.case)), DIFFERENCE),
        mended=cut(trial.mended, MENDED),
    )


def _difference(case: Case) -> Iterator[str]:
    yield from (f"missing: {_change(change)}" for change in case.missing)
    yield from (f"too much: {_change(change)}" for change in case.unwanted)
    for check in case.failed_checks:
        yield f"failed: {check.name} {check.detail}".rstrip()


def _change(change: Change) -> str:
    row = f"{change.table} {change.key}"
    if change.kind != "update":
        return f"{change.kind} {row} {_written(change.before if change.after is None else change.after)}"
    return f"{row}.{change.column} = {_written(change.after)}"


def _written(value: JsonValue) -> str:
    """As JSON, numbers of any size too."""
    return json.dumps(value, ensure_ascii=False)


def _success(cluster: Cluster, readings: Sequence[Reading]) -> Excerpt | None:
    """The nearest that went well: with a call that the mistake is about, on one of the tasks, on one of the templates.

    Where there is none, the reference's record shows how it is done.
    """
    specs = [member.reading.episode.spec for member in cluster.members]
    tasks, places = {spec.task_key for spec in specs}, set(map(_template, specs))
    tools = {member.trial.symptom.tool for member in cluster.members} - {""}
    passed = (reading.episode for reading in readings if reading.succeeded)
    alike = [episode for episode in passed if _template(episode.spec) in places]
    if alike:
        best = min(alike, key=lambda one: (_called(one, tools) is None, one.spec.task_key not in tasks))
        return _passed(best, best.spec.key, tools)
    played = (member.reading.reference for member in cluster.members)
    reference = next((one for one in played if one is not None), None)
    return None if reference is None else _passed(reference, REFERENCE, tools)


def _template(spec: EpisodeSpec) -> tuple[str, str]:
    return spec.environment.name, spec.task.template


def _passed(episode: Episode, key: str, tools: Set[str]) -> Excerpt:
    turns = piece(episode.events, _called(episode, tools), TURNS)
    return Excerpt(episode=key, task=episode.spec.task_key, succeeded=True, turns=turns)


def _called(episode: Episode, tools: Set[str]) -> int | None:
    """Where one of `tools` is called first."""
    calls = (place for place, event in enumerate(episode.events) if event.kind == "acted" and event.call.name in tools)
    return next(calls, None)
