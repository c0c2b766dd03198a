"""What happened in one episode, as the page shows it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import orjson

from wardian.base.frozen import JsonValue
from wardian.base.messages import ToolCall
from wardian.environments.change import Change
from wardian.environments.findings import CheckResult
from wardian.episodes.record import Acted, Asked, Event, Said
from wardian.reports.failures.diagnoses import Diagnosed
from wardian.reports.page.panel import decided_by, panel_lines
from wardian.scoring.score import Score

__all__ = ["ShownChange", "ShownStep", "ShownSymptom", "Trajectory", "trajectory_of"]


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change; its values as JSON text, for JavaScript rounds large numbers."""

    table: str
    key: str
    column: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One event.

    Args:
        kind: who acted: the environment's policy, the user, the agent's model, or a tool.
        turn: of the agent, from 1; 0 before its first.
        text: what was said, or what the tool answered.
        at_s: when it began, in seconds after the episode; None where the record does not say.
        seconds: how long it took.
        name: of the tool.
        arguments: of the call, as the model wrote them.
        error: the typed code of a call that failed.
        fault: what the world did to the call.
        changed: whether the state is another one afterwards.
        changes: what became of it.
        now: the world's own time, where the answer tells it.
        reasoning: of the model.
        calls: what the model's answer asks for.
        model: that answered.
        tokens: of the answer, in and out.
        cost_usd: of the answer; None is unknown.
        notes: what else is to be known of the answer.
        panel: what the members of a fusion answered, a line each.
    """

    kind: Literal["policy", "user", "agent", "tool"]
    turn: int
    text: str
    at_s: float | None = None
    seconds: float | None = None
    name: str = ""
    arguments: str = ""
    error: str | None = None
    fault: str | None = None
    changed: bool = False
    changes: tuple[ShownChange, ...] = ()
    now: str | None = None
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    model: str = ""
    tokens: tuple[int, int] | None = None
    cost_usd: float | None = None
    notes: tuple[str, ...] = ()
    panel: str = ""


@dataclass(frozen=True, slots=True)
class ShownSymptom:
    """What a detector found: with which tool, and in which steps."""

    name: str
    tool: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """An episode from its first word to its findings; the evidence of `scores` are positions in `steps`.

    `virtual_s` is how much of the world's own time has passed, in seconds.
    """

    key: str
    steps: tuple[ShownStep, ...]
    checks: tuple[CheckResult, ...]
    expected: tuple[ShownChange, ...]
    actual: tuple[ShownChange, ...]
    scores: tuple[Score, ...]
    symptoms: tuple[ShownSymptom, ...]
    failure: str
    notes: str
    reference_calls: int
    attempt: int
    virtual_s: float | None


def trajectory_of(diagnosed: Diagnosed) -> Trajectory:
    """The trajectory of an episode."""
    scored = diagnosed.scored
    episode = scored.episode
    findings = episode.findings
    failure = episode.failure or scored.failure
    turn, steps = 0, list[ShownStep]()
    for event in episode.events:
        turn = turn if event.kind == "said" else event.turn
        steps.append(_step(event, turn))
    return Trajectory(
        key=episode.spec.key,
        steps=tuple(steps),
        checks=findings.checks if findings else (),
        expected=_changes(findings.expected) if findings else (),
        actual=_changes(findings.actual) if findings else (),
        scores=scored.scores,
        symptoms=tuple(ShownSymptom(each.name, each.tool, each.positions) for each in diagnosed.symptoms),
        failure="" if failure is None else f"{failure.cause}: {failure.kind}: {failure.message}",
        notes=_text(findings.notes) if findings and findings.notes else "",
        reference_calls=findings.reference_calls if findings else 0,
        attempt=episode.attempt,
        virtual_s=findings.virtual_s if findings else None,
    )


def _step(event: Event, turn: int) -> ShownStep:
    if event.kind == "said":
        return _said(event, turn)
    return _asked(event) if event.kind == "asked" else _acted(event)


def _said(event: Said, turn: int) -> ShownStep:
    notes = tuple(f"a model spoke for the user: {each.model}" for each in event.voiced[:1])
    changes = _changes(event.changes)
    return ShownStep(event.speaker, turn, event.text, changed=bool(changes), changes=changes, notes=notes)


def _asked(event: Asked) -> ShownStep:
    answer = event.completion
    timing = answer.timing
    facts = {
        "simulated": answer.simulated,
        "from the reply cache": timing.cached,
        "given again after an interruption": timing.replayed,
        "a second request was sent": timing.hedged,
        f"{timing.retries} retries": timing.retries,
        f"ended by {answer.finish}": answer.finish not in ("stop", "tool_calls"),
    }
    return ShownStep(
        kind="agent",
        turn=event.turn,
        text=answer.message.content,
        at_s=event.at_s,
        seconds=event.seconds,
        reasoning=answer.message.reasoning or "",
        calls=answer.message.tool_calls,
        model=answer.model,
        tokens=(answer.usage.input_tokens, answer.usage.output_tokens),
        cost_usd=answer.cost_usd,
        notes=(*(words for words, true in facts.items() if true), *decided_by(answer.fusion)),
        panel=panel_lines(answer.fusion),
    )


def _acted(event: Acted) -> ShownStep:
    seen = event.observation
    return ShownStep(
        kind="tool",
        turn=event.turn,
        text=seen.text,
        at_s=event.at_s,
        seconds=event.seconds,
        name=event.call.name,
        arguments=event.call.arguments,
        error=seen.error,
        fault=seen.fault,
        changed=event.changed,
        changes=_changes(seen.changes),
        now=_told_time(seen.text),
        calls=(event.call,),
    )


def _told_time(text: str) -> str | None:
    """The member `now` of an answer that is an object: that is how worlds with a clock of their own tell it."""
    if '"now"' not in text:
        return None
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    now = answer.get("now") if isinstance(answer, dict) else None
    return now if isinstance(now, str) else None


def _changes(changes: Iterable[Change]) -> tuple[ShownChange, ...]:
    return tuple(
        ShownChange(each.table, each.key, each.column, each.kind, _text(each.before), _text(each.after))
        for each in changes
    )


def _text(value: JsonValue) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # a number of more than 64 bits
        return json.dumps(value, ensure_ascii=False)
