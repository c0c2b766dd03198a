"""Who asks models in a job: agents, users of environments whose words a model finds, who proposes better prompts."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wardian.base.messages import Sampling
from wardian.specs.agents import AgentSpec, BoundSpec
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.places import KeyPath
from wardian.specs.refinement import RefineSpec

__all__ = ["Asker", "askers"]


class Asker(NamedTuple):
    """Somebody who asks a model.

    Args:
        path: where the config says so.
        model: a name out of `models`, or `fusion/NAME`.
        sampling: how it is asked.
    """

    path: KeyPath
    model: str
    sampling: Sampling


def askers(
    agents: Iterable[AgentSpec], environments: Iterable[EnvironmentSpec], refine: RefineSpec | None = None
) -> Iterator[Asker]:
    """All of them, agents first."""
    for index, agent in enumerate(agents):
        if not isinstance(agent, BoundSpec) and agent.model is not None:
            yield Asker(("agents", index), agent.model, agent.sampling)
    for index, environment in enumerate(environments):
        if (user := environment.user) is not None:
            yield Asker(("environments", index, "user"), user.model, user.sampling)
    if refine is not None:
        yield Asker(("refine", "reflection"), refine.reflection.model, refine.reflection.sampling)
