"""Episodes as transcripts, which others' formats are made of, and back, as far as a transcript goes."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from wardian.base.completion import Completion
from wardian.base.dollars import total_usd
from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, Role, ToolCall, ToolSchema
from wardian.environments.observation import Observation
from wardian.episodes.record import (
    Acted,
    AgentRef,
    Asked,
    EnvironmentRef,
    Episode,
    EpisodeSpec,
    Event,
    Said,
    TaskRef,
)
from wardian.traces.error_class import error_class
from wardian.traces.payload import payload
from wardian.traces.transcript import Transcript, Turn

__all__ = ["episode_of", "transcript_of"]

ROLES: Final[dict[str, Role]] = {"policy": "system", "user": "user"}
UNKNOWN: Final = ToolCall(id="", name="unknown")
"""Stands for a call that a record does not tell, though it has the result."""


def transcript_of(
    episode: Episode,
    *,
    run: str = "",
    prompt: str = "",
    tools: Sequence[ToolSchema] = (),
    scores: Mapping[str, float] = MappingProxyType({}),
) -> Transcript:
    """What was said and done in `episode`.

    Args:
        episode: the record.
        run: that it is part of.
        prompt: of its agent, which the record only names.
        tools: that its agent had, which the record does not hold.
        scores: that it got, by metric.
    """
    return Transcript(
        id=episode.spec.key,
        turns=tuple(_turns(episode.events)),
        prompt=prompt,
        task=episode.spec.task.id,
        about=_about(episode, run),
        scores=dict(scores),
        tools=tuple(tools),
        own=True,
    )


def episode_of(transcript: Transcript) -> Episode:
    """The episode that `transcript` tells of: without findings, and with no more of the state than it says."""
    about = transcript.about
    environment = str(about.get("environment") or "")
    task = transcript.task or transcript.id
    seed = about.get("seed")
    spec = EpisodeSpec(
        environment=EnvironmentRef(name=environment, pack=environment, version="", digest=""),
        task=TaskRef(id=task, template=str(about.get("template") or task)),
        agent=AgentRef(name=str(about.get("arm") or ""), digest="", model=str(about.get("model") or "")),
        seed=seed if isinstance(seed, int) else 0,
    )
    return Episode(spec=spec, events=tuple(_events(transcript)), stop="finished")


def _about(episode: Episode, run: str) -> JsonObject:
    spec, failure = episode.spec, episode.failure
    return {
        "run": run,
        "arm": spec.agent.name,
        "arm_digest": spec.agent.digest,
        "model": spec.agent.model,
        "environment": spec.environment.name,
        "environment_version": spec.environment.version,
        "environment_digest": spec.environment.digest,
        "template": spec.task.template,
        "persona": spec.task.persona,
        "seed": spec.seed,
        "repeat": spec.repeat,
        "stop": episode.stop,
        "failure": None if failure is None else f"{failure.cause}: {failure.kind}",
        "simulated": episode.simulated,
        "priced": episode.cost_usd is not None,
        "started_at": episode.started_at,
        "wall_s": episode.wall_s,
        "wait_s": sum(event.completion.timing.queue_s for event in episode.asked),
    }


def _turns(events: Sequence[Event]) -> Iterator[Turn]:
    """One for each event; a call that no answer of a model tells of stands in a message of its own."""
    waiting: list[ToolCall] = []
    for event in events:
        if event.kind == "said":
            yield _heard(event)
        elif event.kind == "asked":
            waiting = list(event.completion.message.tool_calls)
            yield _answer(event.completion)
        else:
            if event.call in waiting:
                waiting.remove(event.call)
            else:
                yield Turn(message=Message(role="assistant", tool_calls=(event.call,)), asked=False)
            yield _result(event)


def _heard(event: Said) -> Turn:
    cost = total_usd(each.cost_usd for each in event.voiced) if event.voiced else None
    return Turn(message=Message(role=ROLES[event.speaker], content=event.text), cost_usd=cost)


def _answer(completion: Completion) -> Turn:
    return Turn(
        message=completion.message.model_copy(update={"thoughts": None}),
        model=completion.model,
        finish=completion.finish,
        usage=completion.usage,
        cost_usd=completion.cost_usd,
    )


def _result(event: Acted) -> Turn:
    observation = event.observation
    return Turn(
        message=Message(role="tool", content=observation.text, tool_call_id=event.call.id),
        error=observation.error or "",
        changed=event.changed,
        state=event.digest,
        fault=observation.fault,
    )


def _events(transcript: Transcript) -> Iterator[Event]:
    """What a result says of a failure is classed, unless the codes are our own."""
    waiting: list[ToolCall] = []
    number = 0
    for turn in transcript.turns:
        message = turn.message
        if message.role == "assistant":
            waiting += message.tool_calls
            if turn.asked:
                number += 1
                yield Asked(turn=number, completion=_completion(turn))
        elif message.role == "tool":
            call = next((each for each in waiting if each.id == message.tool_call_id), None)
            if call is not None:
                waiting.remove(call)
            yield _acted(turn, call or UNKNOWN, number, own=transcript.own)
        else:
            voiced = () if turn.cost_usd is None else (_completion(turn),)
            yield Said(speaker="policy" if message.role == "system" else "user", text=message.content, voiced=voiced)


def _completion(turn: Turn) -> Completion:
    message = turn.message
    finish = turn.finish or ("tool_calls" if message.tool_calls else "stop")
    known = {} if turn.usage is None else {"usage": turn.usage}
    return Completion(message=message, finish=finish, model=turn.model, cost_usd=turn.cost_usd, **known)


def _acted(turn: Turn, call: ToolCall, number: int, *, own: bool) -> Acted:
    text = turn.message.content
    error = turn.error if own else error_class(turn.error or None, payload(text))
    return Acted(
        turn=number,
        call=call,
        observation=Observation(text=text, error=error or None, fault=turn.fault),
        digest=turn.state or "",
        changed=bool(turn.changed),
    )
