"""From a result to its row in `episodes`."""

from collections.abc import Iterable
from datetime import UTC, datetime

from wardian import __version__
from wardian.base.errors import Failure
from wardian.episodes.record import Asked, Episode, Stop
from wardian.scoring.score import Scored
from wardian.storage.rows import LARGEST, EpisodeRow, Outcome

__all__ = ["episode_row"]

LIMITS: dict[Stop, str] = {
    "turn_limit": "turns",
    "error_limit": "tool_errors",
    "token_limit": "output_tokens",
    "time_limit": "wall_s",
    "turn_time_limit": "turn_s",
}


def episode_row(job: str, scored: Scored) -> EpisodeRow:
    """The row of `scored`, played in the run `job`."""
    episode, spec = scored.episode, scored.episode.spec
    asked, acted = episode.asked, episode.acted
    failure = episode.failure or scored.failure
    usages = [event.completion.usage for event in asked]
    wait_s = sum(event.completion.timing.queue_s for event in asked)
    return EpisodeRow(
        job_id=job,
        episode_id=spec.key,
        task_key=spec.task_key,
        cluster_key=spec.task.template,
        environment=spec.environment.name,
        environment_version=spec.environment.version,
        environment_digest=spec.environment.digest,
        persona=spec.task.persona,
        arm=spec.agent.name,
        arm_digest=spec.agent.digest,
        model=spec.agent.model or None,
        prompt=spec.agent.prompt or None,
        seed=spec.seed,
        repeat=spec.repeat,
        outcome=_outcome(scored, asked, failure),
        failure_cause=_cause(episode, scored.failure),
        limit_type=LIMITS.get(episode.stop),
        error_type=failure.kind if failure else None,
        error_message=failure.message if failure else None,
        score=None if episode.missing else scored.value("score"),
        n_turns=len(asked),
        n_tool_calls=len(acted),
        n_tool_errors=sum(event.observation.error is not None for event in acted),
        n_faults=sum(event.observation.fault is not None for event in acted),
        input_tokens=_total(usage.input_tokens for usage in usages),
        cached_tokens=_total(usage.cached_tokens for usage in usages),
        output_tokens=_total(usage.output_tokens for usage in usages),
        reasoning_tokens=_total(usage.reasoning_tokens for usage in usages),
        tokens_estimated=any(usage.estimated for usage in usages),
        cost_usd=episode.cost_usd,
        spent_usd=episode.spent_usd,
        n_cached_calls=episode.cached_calls,
        n_replayed_calls=episode.replayed_calls,
        attempt=episode.attempt,
        wall_s=episode.wall_s,
        wait_s=wait_s,
        working_s=max(0.0, episode.wall_s - wait_s),
        retries=sum(event.completion.timing.retries for event in asked),
        started_at=datetime.fromtimestamp(episode.started_at, UTC),
        ended_at=datetime.fromtimestamp(episode.started_at + episode.wall_s, UTC),
        simulated=episode.simulated,
        code_version=__version__,
    )


def _outcome(scored: Scored, asked: tuple[Asked, ...], failure: Failure | None) -> Outcome:
    if failure is not None and failure.cause != "agent":
        return "error"
    if scored.value("success") == 1:
        return "success"
    if asked and asked[-1].completion.finish in ("refusal", "content_filter"):
        return "refusal"
    return "limit" if scored.episode.stop in LIMITS else "fail"


def _cause(episode: Episode, scorer: Failure | None) -> str | None:
    """The episode's own failure comes first; what breaks while scoring is the grader's."""
    if episode.failure is not None:
        return episode.failure.cause
    return "grader" if scorer is not None else None


def _total(counts: Iterable[int]) -> int:
    """Their sum, within what the column holds: providers have reported absurd numbers."""
    return min(sum(counts), LARGEST)
