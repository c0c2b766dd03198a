"""From the events of an episode to its rows in `steps`, and from its scores to those in `scores`."""

from collections.abc import Iterator

from pydantic import TypeAdapter

from wardian import __version__
from wardian.base.messages import ToolCall
from wardian.environments.change import Change
from wardian.episodes.record import Acted, Asked, Said
from wardian.scoring.score import Scored
from wardian.storage.rows import LARGEST, ScoreRow, StepRow

__all__ = ["score_rows", "step_rows"]

OURS = f"wardian@{__version__}"
CALLS = TypeAdapter(tuple[ToolCall, ...])
CHANGES = TypeAdapter(tuple[Change, ...])


def step_rows(scored: Scored) -> Iterator[StepRow]:
    """The rows of all events, in their order."""
    episode = scored.episode.spec.key
    turn = 0
    for step, event in enumerate(scored.episode.events):
        if event.kind == "said":
            row = _said(event)
        elif event.kind == "asked":
            turn = event.turn
            row = _asked(event)
        else:
            row = _acted(event)
        row["episode_id"], row["step"], row["turn"] = episode, step, turn
        yield row


def score_rows(scored: Scored) -> Iterator[ScoreRow]:
    """The rows of all scores."""
    for score in scored.scores:
        scorer, _, version = (score.scorer or OURS).partition("@")
        yield ScoreRow(
            episode_id=scored.episode.spec.key,
            scorer=scorer,
            scorer_version=version,
            metric=score.metric,
            value=score.value,
            evidence=score.evidence,
            explanation=score.explanation or None,
        )


def _said(event: Said) -> StepRow:
    return StepRow(kind="said", actor="user" if event.speaker == "user" else "environment", text=event.text)


def _asked(event: Asked) -> StepRow:
    completion = event.completion
    message, usage, timing = completion.message, completion.usage, completion.timing
    return StepRow(
        kind="asked",
        actor="agent",
        text=message.content,
        reasoning=message.reasoning,
        tool_calls=CALLS.dump_json(message.tool_calls).decode() if message.tool_calls else None,
        model=completion.model,
        deployment=completion.deployment or None,
        finish_reason=completion.finish,
        input_tokens=min(usage.input_tokens, LARGEST),
        cached_tokens=min(usage.cached_tokens, LARGEST),
        output_tokens=min(usage.output_tokens, LARGEST),
        reasoning_tokens=min(usage.reasoning_tokens, LARGEST),
        cost_usd=completion.cost_usd,
        t_queue_ms=timing.queue_s * 1000,
        t_total_ms=timing.total_s * 1000,
        retries=timing.retries,
        cache_hit=timing.cached,
        replayed=timing.replayed,
        hedged=timing.hedged,
    )


def _acted(event: Acted) -> StepRow:
    call, observation = event.call, event.observation
    return StepRow(
        kind="acted",
        actor="agent",
        call_id=call.id,
        call_name=call.name,
        args_json=call.arguments,
        result_text=observation.text,
        error_code=observation.error,
        fault=observation.fault,
        changed_state=event.changed,
        state_delta=CHANGES.dump_json(observation.changes).decode() if observation.changes else None,
        state_digest=event.digest,
        t_total_ms=event.seconds * 1000,
    )
