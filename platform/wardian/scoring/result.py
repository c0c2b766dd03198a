"""What a run needs of a scored episode: a few numbers, so that whoever coordinates it never holds a conversation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from wardian.base.errors import Cause, Failure
from wardian.episodes.record import AgentRef, EnvironmentRef, Episode
from wardian.scoring.panels import inclusion
from wardian.scoring.score import Scored

__all__ = ["Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """One episode in numbers.

    An episode that its own agent broke before any score is a 0, not missing.

    Args:
        arm: who played.
        environment: the environment's name in the job.
        task: the task's id.
        seed: of the episode; the same for all arms.
        repeat: how many times before the task was planned.
        missing: who is to blame when it has no score.
        values: the metrics that apply, by name.
        cost_usd: of all calls when they were made; None when a price is unknown.
        user_usd: what of it a model took that speaks for the user; None when its price is unknown.
        spent_usd: what of it was paid; None when a price is unknown.
        simulated: whether any answer came from a simulator.
        model: whom the agent asks.
        prompt: the name of its prompt.
        episode: the episode's key.
        again: whether `resume` plays it again, because somebody else than the agent broke it.
        failure: what broke it, or its scorer.
        attempt: from 1; one that did not go on like the calls recorded of it was played again.
        calls: how many answers models gave.
        tokens: of all calls, in and out.
        started_at: in seconds since the epoch.
        wall_s: how long it took, in seconds.
        asked_at: when the last call began that was answered, in seconds since the epoch.
        environment_digest: of the environment's files and knobs.
        arm_digest: of all that decides how the agent behaves.
        persona: how the user of the task behaves.
        template: what made the task; tasks of one template are alike.
        faults: the kinds of faults that struck its calls.
        stochastic: whether a model spoke for the user.
        inclusion: of a fusion's members, by seat: the share of the calls to it whose answer counted.
    """

    arm: str
    environment: str
    task: str
    seed: int
    repeat: int
    missing: Cause | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    cost_usd: float | None = None
    user_usd: float | None = 0.0
    spent_usd: float | None = None
    simulated: bool = False
    model: str = ""
    prompt: str = ""
    episode: str = ""
    again: bool = False
    failure: Failure | None = None
    attempt: int = 1
    calls: int = 0
    tokens: int = 0
    started_at: float = 0.0
    wall_s: float = 0.0
    asked_at: float = 0.0
    environment_digest: str = ""
    arm_digest: str = ""
    persona: str = "default"
    template: str = ""
    faults: tuple[str, ...] = ()
    stochastic: bool = False
    inclusion: Mapping[str, float] = field(default_factory=dict)

    @property
    def ended_at(self) -> float:
        """In seconds since the epoch."""
        return self.started_at + self.wall_s

    def planned(self, environments: Iterable[EnvironmentRef], arms: Iterable[AgentRef]) -> bool:
        """Whether a plan of these has the episode; one of a pack that has changed since is in no plan."""
        known = any((each.name, each.digest) == (self.environment, self.environment_digest) for each in environments)
        return known and any((each.name, each.digest) == (self.arm, self.arm_digest) for each in arms)

    @classmethod
    def of(cls, scored: Scored) -> Self:
        """The numbers of `scored`; metrics that do not apply are left out."""
        episode = scored.episode
        spec, asked = episode.spec, episode.asked
        missing = _missing(scored)
        return cls(
            arm=spec.agent.name,
            environment=spec.environment.name,
            task=spec.task.id,
            seed=spec.seed,
            repeat=spec.repeat,
            missing=missing,
            values={} if missing else _values(scored),
            cost_usd=episode.cost_usd,
            user_usd=episode.user_usd,
            spent_usd=episode.spent_usd,
            simulated=episode.simulated,
            model=spec.agent.model,
            prompt=spec.agent.prompt,
            episode=spec.key,
            again=episode.missing,
            failure=episode.failure or scored.failure,
            attempt=episode.attempt,
            calls=len(asked),
            tokens=sum(event.completion.usage.total for event in asked),
            started_at=episode.started_at,
            wall_s=episode.wall_s,
            asked_at=episode.started_at + max((event.at_s for event in asked), default=0.0),
            environment_digest=spec.environment.digest,
            arm_digest=spec.agent.digest,
            persona=spec.task.persona,
            template=spec.task.template,
            faults=_faults(episode),
            stochastic=episode.stochastic,
            inclusion={} if missing else inclusion(episode),
        )


def _faults(episode: Episode) -> tuple[str, ...]:
    struck = (event.observation.fault for event in episode.events if event.kind == "acted")
    return tuple(sorted({fault for fault in struck if fault is not None}))


def _missing(scored: Scored) -> Cause | None:
    failure = scored.episode.failure
    if failure is not None and scored.episode.missing:
        return failure.cause
    return scored.failure.cause if scored.failure is not None else None


def _values(scored: Scored) -> dict[str, float]:
    values = {score.metric: score.value for score in scored.scores if score.value is not None}
    return {"success": 0.0, **values}
