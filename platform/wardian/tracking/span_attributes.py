"""What the attributes of each kind of span say of the record, without a word of what was said."""

from collections.abc import Sequence
from typing import Final

from wardian.base.errors import Failure
from wardian.episodes.record import Acted, Asked, Episode, EpisodeSpec
from wardian.tracking import gen_ai
from wardian.tracking.span_arms import Arm

__all__ = ["Known", "agent_attributes", "call_attributes", "cost", "tool_attributes", "unanswered_attributes"]

IDENTITY: Final = (gen_ai.REQUEST_MODEL, gen_ai.PROVIDER)

Known = dict[str, str | bool | int | float | Sequence[str]]
"""Attributes while they are collected."""


def agent_attributes(episode: Episode, arm: Arm) -> Known:
    """Of the episode's own span."""
    known: Known = {
        gen_ai.OPERATION: "invoke_agent",
        gen_ai.INPUT_TOKENS: sum(event.completion.usage.input_tokens for event in episode.asked),
        gen_ai.OUTPUT_TOKENS: sum(event.completion.usage.output_tokens for event in episode.asked),
        "wardian.turns": len(episode.asked),
        "wardian.stop": episode.stop,
        "wardian.missing": episode.missing,
        "wardian.simulated": episode.simulated,
    }
    known |= _which(episode.spec) | cost(episode.cost_usd) | _failure(episode.failure)
    return known | {name: arm.attributes[name] for name in IDENTITY if name in arm.attributes}


def call_attributes(event: Asked, arm: Arm) -> Known:
    """Of a model call."""
    completion, usage, timing = event.completion, event.completion.usage, event.completion.timing
    return {
        **arm.attributes,
        **arm.deployments.get(completion.deployment, {}),
        gen_ai.OPERATION: "chat",
        gen_ai.FINISH_REASONS: (completion.finish,),
        gen_ai.INPUT_TOKENS: usage.input_tokens,
        gen_ai.OUTPUT_TOKENS: usage.output_tokens,
        gen_ai.CACHE_READ_TOKENS: usage.cached_tokens,
        gen_ai.CACHE_WRITE_TOKENS: usage.cache_write_tokens,
        gen_ai.REASONING_TOKENS: usage.reasoning_tokens,
        "wardian.turn": event.turn,
        "wardian.queue_s": timing.queue_s,
        "wardian.retries": timing.retries,
        "wardian.cached": timing.cached,
        "wardian.replayed": timing.replayed,
        "wardian.simulated": completion.simulated,
        **cost(completion.cost_usd),
    }


def unanswered_attributes(turn: int, failure: Failure, arm: Arm) -> Known:
    """Of a model call that got no answer."""
    known: Known = {gen_ai.OPERATION: "chat", "wardian.turn": turn, "wardian.retries": len(failure.retried)}
    return {**arm.attributes, **known, **_failure(failure)}


def tool_attributes(event: Acted) -> Known:
    """Of a tool call."""
    known: Known = {
        gen_ai.OPERATION: "execute_tool",
        gen_ai.TOOL_NAME: event.call.name,
        gen_ai.TOOL_CALL_ID: event.call.id,
        gen_ai.TOOL_TYPE: "function",
        "wardian.turn": event.turn,
        "wardian.changed": event.changed,
        "wardian.state": event.digest,
    }
    observation = event.observation
    told = {gen_ai.ERROR_TYPE: observation.error, "wardian.fault": observation.fault}
    return {**known, **{name: value for name, value in told.items() if value is not None}}


def _which(spec: EpisodeSpec) -> Known:
    return {
        gen_ai.AGENT_NAME: spec.agent.name,
        gen_ai.AGENT_VERSION: spec.agent.digest,
        "wardian.environment": spec.environment.name,
        "wardian.task": spec.task.id,
        "wardian.seed": spec.seed,
        "wardian.repeat": spec.repeat,
    }


def _failure(failure: Failure | None) -> Known:
    return {} if failure is None else {gen_ai.ERROR_TYPE: failure.kind, "wardian.cause": failure.cause}


def cost(usd: float | None) -> Known:
    """What was paid; nothing where the price is unknown."""
    return {} if usd is None else {"wardian.cost_usd": usd}
