"""From the record of an episode to its spans: the agent's work, its model calls, its tool calls.

Pure, so the same record gives the same spans with the same ids, whoever sends them and however often.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wardian.base.errors import Failure
from wardian.base.identity import digest
from wardian.base.usage import Retry
from wardian.episodes.record import Acted, Asked, Event
from wardian.scoring.score import Score, Scored
from wardian.specs.job import JobSpec
from wardian.specs.masking import mask
from wardian.tracking import gen_ai
from wardian.tracking.panel_spans import PanelSpans
from wardian.tracking.span import Attributes, Span, SpanEvent
from wardian.tracking.span_arms import Arm, arms_of, models_of
from wardian.tracking.span_attributes import agent_attributes, call_attributes, tool_attributes, unanswered_attributes
from wardian.tracking.span_content import conversation, heard, said

__all__ = ["EpisodeSpans"]

SAMPLE_DIGITS = 8


class EpisodeSpans:
    """Makes the spans of a run's episodes.

    Args:
        run: the run's id, part of every trace's.
        job: says which model each arm asks, what may be shown (`telemetry.content`) and of how many episodes.
    """

    def __init__(self, run: str, job: JobSpec) -> None:
        self._run = {"wardian.run": run, "wardian.job": job.name}
        self._arms = arms_of(job)
        self._prompts = job.prompts
        self._models = models_of(job)
        self._telemetry = job.telemetry

    def of(self, scored: Scored) -> list[Span]:
        """The spans of one episode, its own first; none when it is not in the sample."""
        episode = scored.episode
        trace = digest([self._run["wardian.run"], episode.spec.key, episode.started_at], length=32)
        if int(trace[:SAMPLE_DIGITS], 16) >= self._telemetry.sample * 16**SAMPLE_DIGITS:
            return []
        arm = self._arms.get(episode.spec.agent.plays, Arm())
        if episode.spec.agent.bundle is not None:
            arm = replace(arm, prompt=episode.spec.agent.system(self._prompts))
        panels = PanelSpans(
            trace, self._models, {gen_ai.CONVERSATION: episode.spec.key}, content=self._telemetry.content
        )
        return list(_Trace(scored, arm, self._run, panels).spans())


@dataclass(frozen=True, slots=True)
class _When:
    """Seconds after the episode began, and how many."""

    at_s: float
    seconds: float


class _Trace:
    """One episode's spans while they are made."""

    def __init__(self, scored: Scored, arm: Arm, run: Attributes, panels: PanelSpans) -> None:
        self._trace = panels.trace
        self._scored = scored
        self._episode = scored.episode
        self._arm = arm
        self._run = run
        self._content = panels.content
        self._panels = panels
        self._root = digest([panels.trace, "root"])

    def spans(self) -> Iterator[Span]:
        yield self._agent()
        events, since = self._episode.events, 0
        for position, event in enumerate(events):
            if event.kind == "acted":
                yield self._tool(position, event)
            elif event.kind == "asked":
                if self._arm.model:
                    yield from self._called(position, event, events[since:position])
                since = position + 1
        failure, at_s = self._episode.failure, self._episode.unanswered_at_s
        if self._arm.model and failure is not None and at_s is not None:
            yield self._unanswered(at_s, failure, events[since:])

    def _agent(self) -> Span:
        episode, end = self._episode, self._episode.started_at + self._episode.wall_s
        content = conversation(episode, self._arm.prompt) if self._content else {}
        return Span(
            name=f"invoke_agent {episode.spec.agent.name}",
            client=False,
            trace=self._trace,
            id=self._root,
            parent=None,
            start_s=episode.started_at,
            end_s=end,
            attributes=self._known({**agent_attributes(episode, self._arm), **self._run, **content}),
            events=tuple(self._judged(score, end) for score in self._scored.scores if score.value is not None),
            error=self._words(episode.failure),
        )

    def _called(self, position: int, event: Asked, before: Sequence[Event]) -> Iterator[Span]:
        span = self._call(position, event, before)
        yield span
        if event.completion.fusion is not None:
            yield from self._panels.of(event.completion.fusion, span.id, span.start_s)

    def _call(self, position: int, event: Asked, before: Sequence[Event]) -> Span:
        known = call_attributes(event, self._arm)
        if self._content:
            known |= {gen_ai.INPUT_MESSAGES: heard(before), gen_ai.OUTPUT_MESSAGES: said(event.completion)}
        when, events = _When(event.at_s, event.seconds), self._retries(event.at_s, event.completion.timing.retried)
        return self._part(f"chat {self._arm.model}", position, when, known, events)

    def _unanswered(self, at_s: float, failure: Failure, before: Sequence[Event]) -> Span:
        known = unanswered_attributes(len(self._episode.asked) + 1, failure, self._arm)
        if self._content:
            known |= {gen_ai.INPUT_MESSAGES: heard(before)}
        when, events = _When(at_s, max(self._episode.wall_s - at_s, 0.0)), self._retries(at_s, failure.retried)
        return self._part(f"chat {self._arm.model}", len(self._episode.events), when, known, events)

    def _tool(self, position: int, event: Acted) -> Span:
        known = tool_attributes(event)
        if self._content:
            text = event.observation.text
            known |= {gen_ai.TOOL_ARGUMENTS: mask(event.call.arguments), gen_ai.TOOL_RESULT: mask(text)}
        return self._part(f"execute_tool {event.call.name}", position, _When(event.at_s, event.seconds), known)

    def _part(
        self, name: str, position: int, when: _When, attributes: Attributes, events: tuple[SpanEvent, ...] = ()
    ) -> Span:
        """A span below the episode's."""
        start = self._episode.started_at + when.at_s
        failed = gen_ai.ERROR_TYPE in attributes
        return Span(
            name=name,
            client=self._arm.client and attributes[gen_ai.OPERATION] == "chat",
            trace=self._trace,
            id=digest([self._trace, position]),
            parent=self._root,
            start_s=start,
            end_s=start + when.seconds,
            attributes=self._known(attributes),
            events=events,
            error="" if failed else None,
        )

    def _known(self, attributes: Attributes) -> Attributes:
        """With what every span has."""
        return {**attributes, gen_ai.CONVERSATION: self._episode.spec.key}

    def _retries(self, at_s: float, retried: Sequence[Retry]) -> tuple[SpanEvent, ...]:
        begun = self._episode.started_at + at_s
        return tuple(
            SpanEvent(
                "wardian.retry", begun + retry.at_s, {gen_ai.ERROR_TYPE: retry.kind, "wardian.pause_s": retry.pause_s}
            )
            for retry in retried
        )

    def _judged(self, score: Score, at_s: float) -> SpanEvent:
        known: dict[str, str | float] = {
            gen_ai.EVALUATION_NAME: score.metric,
            gen_ai.EVALUATION_VALUE: score.value or 0.0,
        }
        if self._content and score.explanation:
            known[gen_ai.EVALUATION_EXPLANATION] = mask(score.explanation)
        return SpanEvent(gen_ai.EVALUATION_EVENT, at_s, known)

    def _words(self, failure: Failure | None) -> str | None:
        """The message of a failure may quote what was said."""
        if failure is None:
            return None
        return mask(failure.message) if self._content else ""
