"""Episode specs and results for tests that do not care what happened in them."""

from wardian.base.errors import Cause, Failure
from wardian.episodes.record import AgentRef, EnvironmentRef, Episode, EpisodeSpec, TaskRef
from wardian.scoring.score import Score, Scored


def episode_spec(task: str = "count-1", agent: str = "reference", seed: int = 0) -> EpisodeSpec:
    return EpisodeSpec(
        environment=EnvironmentRef(name="counter", pack="counter", version="1", digest="d1"),
        task=TaskRef(id=task, template="count"),
        agent=AgentRef(name=agent, digest="a1"),
        seed=seed,
    )


def scored(spec: EpisodeSpec, value: float = 1.0) -> Scored:
    return Scored(
        episode=Episode(spec=spec, events=(), stop="finished"), scores=(Score(metric="success", value=value),)
    )


def failed(spec: EpisodeSpec, cause: Cause = "infra") -> Scored:
    failure = Failure(cause=cause, kind="worker_lost", message="gone")
    return Scored(episode=Episode(spec=spec, events=(), stop="failed", failure=failure))
