"""Where a campaign plays: tasks to search on and tasks to decide on, and seeds that nothing else ever draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from wardian.base.bundle import Bundle
from wardian.base.frozen import Frozen
from wardian.base.identity import derive_seed, random_stream
from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef

__all__ = ["SEARCH", "TWIN", "Ground", "Namespace", "Place", "arm_of"]

SEARCH = "search"
TWIN = "+twin"
"""Behind the name of an arm that plays against itself."""

Namespace = str
"""What seeds are drawn for: `search`, `gate/1`, `gate/2` …, `audit`. Those of different ones have nothing in common."""
ENOUGH = 20
"""Fewer tasks to decide on are worth a warning."""


class Place(Frozen):
    """One task in one environment."""

    environment: EnvironmentRef
    task: TaskRef


@dataclass(frozen=True)
class Ground:
    """Makes the specs of a campaign's episodes.

    Args:
        seed: of the campaign, and of no other one; all seeds follow from it.
        agent: the job's agent that is refined.
        champion: its version as the campaign found it.
        search: tasks for everything before the gate.
        gate: tasks for gates and audits only. The two have no task in common wherever there are enough.
        reuse: how often each task of the gate was used by earlier campaigns, by its key.
    """

    seed: int
    agent: AgentRef
    champion: Bundle
    search: tuple[Place, ...]
    gate: tuple[Place, ...]
    reuse: Mapping[str, int]

    def spec(self, bundle: Bundle, arm: str, place: Place, namespace: Namespace, number: int) -> EpisodeSpec:
        """The episode of `bundle` in the `number`-th draw of a namespace; both arms of a pair have the same seed."""
        return EpisodeSpec(
            environment=place.environment,
            task=place.task,
            agent=self._version(bundle, arm),
            seed=derive_seed(self.seed, "refine", namespace, place.environment.name, place.task.id, number),
            repeat=number,
        )

    def pair(
        self, champion: Bundle, candidate: Bundle, place: Place, namespace: Namespace, number: int
    ) -> tuple[EpisodeSpec, EpisodeSpec]:
        """Both arms of one pair, the champion's first."""
        own, other = arm_of(champion), arm_of(candidate)
        twin = f"{other}{TWIN}" if own == other else other
        return (
            self.spec(champion, own, place, namespace, number),
            self.spec(candidate, twin, place, namespace, number),
        )

    def draw(self, namespace: Namespace, number: int) -> Place:
        """The task of the `number`-th draw, from 0.

        On `search` every task has its turn before one comes again. For a decision they are drawn with replacement, each
        as likely whatever came before: only so is the mean difference of a draw the same all along.
        """
        if namespace == SEARCH:
            return self.search[number % len(self.search)]
        return random_stream(self.seed, "refine", namespace, number).choice(self.gate)

    def _version(self, bundle: Bundle, arm: str) -> AgentRef:
        known = self._versions.get((bundle.sha, arm))
        if known is None:
            known = self._versions[bundle.sha, arm] = self.agent.version(bundle, arm)
        return known

    @cached_property
    def _versions(self) -> dict[tuple[str, str], AgentRef]:
        return {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful about the tasks, a line each."""
        told = []
        if set(self.search) & set(self.gate):
            told.append(f"{len(self.gate)} tasks are too few to decide on others than those that were searched on")
        elif len(self.gate) < ENOUGH:
            told.append(f"the gate draws from {len(self.gate)} tasks: what holds for them may not for others")
        if used := [count for count in self.reuse.values() if count]:
            told.append(f"{len(used)} of {len(self.gate)} tasks of the gate decided before, up to {max(used)} times")
        return tuple(told)


def arm_of(bundle: Bundle) -> str:
    """The arm's name of a version: the agent's with the first digits of the content hash."""
    return f"{bundle.agent}@{bundle.sha[:8]}"
