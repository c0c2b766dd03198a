"""Kinds of campaigns that are played many times, and what should come of each."""

from collections.abc import Mapping
from typing import Final

from wardian.base.frozen import Frozen
from wardian.optimization.selfcheck.world import Storm, World
from wardian.specs.refinement import CampaignBudget, RefineSpec, ReflectionSpec, SearchSpec

__all__ = ["SCENARIOS", "Scenario"]

SPEC: Final = RefineSpec(reflection=ReflectionSpec(model="sim/reflection"))
"""What a job gets that says nothing else."""
LONG: Final = SPEC.model_copy(
    update={"search": SearchSpec(candidates=10), "budget": CampaignBudget(episodes=4_000)},
)
"""More chances to be wrong: three gates, thirty candidates."""
GUESSES: Final = {"mends": 0.25, "empty": 0.5, "harms": 0.25}


class Scenario(Frozen):
    """A campaign but for its seed.

    Args:
        world: where it plays.
        habits: what its proposer's edits do, and how likely each is.
        spec: what its job says.
        slots: episodes at once.
        earlier: gates that the prompt's lineage had before.
    """

    world: World = World(seed=0, missing=0.01, broken=0.01)
    habits: Mapping[str, float]
    spec: RefineSpec = SPEC
    slots: int = 64
    earlier: int = 0

    def stormy(self, storm: Storm) -> "Scenario":
        """The same in a storm."""
        return self.model_copy(update={"world": self.world.model_copy(update={"storm": storm})})

    def behind(self, earlier: int) -> "Scenario":
        """The same behind so many gates."""
        return self.model_copy(update={"earlier": earlier})

    def budgeted(self, budget: CampaignBudget) -> "Scenario":
        """The same with less to spend."""
        return self.model_copy(update={"spec": self.spec.model_copy(update={"budget": budget})})


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "null": Scenario(habits={"empty": 1.0}, spec=LONG),
    "graded": Scenario(habits={"empty": 1.0}, spec=LONG.model_copy(update={"metric": "score"})),
    "planted": Scenario(habits=GUESSES),
    "harmful": Scenario(habits={"harms": 0.5, "spoils": 0.5}),
    "gaming": Scenario(habits={"flatters": 1.0}, spec=SPEC.model_copy(update={"metric": "judged"})),
    "reckless": Scenario(habits={"dares": 0.5, "invents": 0.5}),
}
"""By name. `null`: no edit changes anything. `graded`: the same by a metric that is a share of checks. `planted`: one
in four mends a defect that is worth 18 points. `harmful`: all make it worse. `gaming`: the metric is a judge's, whom
all edits win over while they lose tasks. `reckless`: all gain success, and break rules or make values up."""
