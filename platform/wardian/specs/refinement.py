"""What a job says about the refinement of one of its agents: where to look, how to search, when to believe."""

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from wardian.base.bundle import SYSTEM, Component
from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.specs.names import Label

__all__ = ["CampaignBudget", "GateSpec", "GuardrailSpec", "RaceSpec", "RefineSpec", "ReflectionSpec", "SearchSpec"]

Share = Annotated[float, Field(gt=0, lt=1)]
Rungs = Annotated[tuple[PositiveInt, ...], Field(min_length=1, max_length=8)]


class CampaignBudget(Frozen):
    """The most that a campaign may spend; the worst case is reserved before anything is sent."""

    episodes: PositiveInt = 2_000
    """Episodes of all stages. What the gate may need is reserved first."""
    usd: PositiveFloat | None = None
    """US dollars, for agents, users, judges and reflection together."""
    tokens: PositiveInt | None = None
    """Tokens, in and out, of all of them."""
    wall_s: PositiveFloat | None = None
    """Seconds that it is played, all parts together; after that nothing new begins."""


class ReflectionSpec(Frozen):
    """Who reads evidence and proposes edits."""

    model: str
    """A name out of `models`, or `fusion/NAME`."""
    sampling: Sampling = Sampling(max_tokens=2_048)
    """How it is asked."""


class SearchSpec(Frozen):
    """How candidates are found."""

    kind: Literal["pareto", "single_pass", "gepa", "given"] = "pareto"
    """`pareto`: parents are those that are best at some task; `single_pass`: one edit of the champion for each of the
    largest clusters, the baseline; `gepa`: the package of that name searches (extra `gepa`), and decides nothing;
    `given`: nobody does, the version with `texts` comes to a gate at once."""
    candidates: Annotated[int, Field(ge=1, le=64)] = 8
    """Edits in one generation, all at the same time."""
    generations: PositiveInt = 3
    """Gates that a campaign comes to at most."""
    episodes: PositiveInt = 300
    """What one generation of `gepa` may play; the others follow from `race`."""
    texts: dict[Component, str] = {}
    """For `given`: what is otherwise than in the champion. `wardian refine` with `--challenger SWEEP` fills it in."""
    origin: str = ""
    """For `given`: where it comes from, for the lineage."""

    @property
    def rounds(self) -> int:
        """Gates that a campaign comes to at most."""
        return 1 if self.kind == "given" else self.generations

    @model_validator(mode="after")
    def _given(self) -> Self:
        if (self.kind == "given") != bool(self.texts):
            raise ValueError("`texts` are those of the kind `given`, which has some")
        return self


class RaceSpec(Frozen):
    """Paired successive halving on common tasks, before the gate."""

    rungs: Rungs = (8, 16, 32)
    """Pairs that a candidate has after each round; half of them stay."""

    @model_validator(mode="after")
    def _grow(self) -> Self:
        if list(self.rungs) != sorted(set(self.rungs)):
            raise ValueError("each rung has more pairs than the one before")
        return self


class GuardrailSpec(Frozen):
    """What a better version may not be worse at, by one-sided bounds; null turns one off."""

    hallucination: Share | None = 0.02
    """The share of episodes with made-up values may be higher by so much."""
    policy: Share | None = 0.02
    """The share of episodes that break a rule."""
    cost: PositiveFloat | None = 0.15
    """Relative."""
    turns: PositiveFloat | None = 0.15
    """Relative."""
    slices: Share | None = 0.10
    """Success in any one template of tasks may be lower by so much."""
    success: Share | None = 0.05
    """Where `metric` is another one: the share of tasks that succeed must be shown not to be lower by so much. What a
    judge likes better is not better where less gets done. Turn it off where tasks have no checks."""
    proven: bool = False
    """Promote only when bounds show all of it, not when it was so in the pairs: that takes hundreds of them."""


class GateSpec(Frozen):
    """When a difference is believed."""

    alpha: Share = 0.05
    """The chance that a version is promoted as a gain that is none, over all gates in the prompt's lineage."""
    delta_min: Share = 0.05
    """A smaller gain is not worth finding."""
    alpha_futility: Share = 0.1
    """The chance to give up a version that does gain as much."""
    pairs: Annotated[int, Field(ge=8, le=100_000)] = 400
    """At the most."""
    coverage: Share = 0.95
    """The share of pairs that must have a result in both arms."""
    audit: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Pairs that are played after a promotion, on seeds of their own, for a second look at how large the gain is."""
    shorter: Share | None = None
    """Promote a shorter and cheaper version as well that is shown to lose less than this, `0.05` say. Each such
    promotion may lose as much, so by default there is none."""
    guardrails: GuardrailSpec = GuardrailSpec()
    """What must not get worse for it."""


class RefineSpec(Frozen):
    """A campaign: poor trajectories become evidence, evidence becomes edits, and the gate decides.

    See `docs/concepts/refinement.md`.
    """

    agent: Label | None = None
    """Which agent of the job is the champion; by default its only one with a prompt."""
    components: Annotated[tuple[Component, ...], Field(min_length=1)] = (SYSTEM,)
    """What of it may be edited."""
    metric: str = "success"
    """What shall become better: a metric in [0, 1] of which more is better."""
    reflection: ReflectionSpec
    """Who proposes."""
    seeds: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """What its draws follow from; by default the id of its run, so that no other campaign has them. With the id of
    another one that one is played again, as a check: no second chance for an edit, for luck is the same."""
    preflight: Annotated[int, Field(ge=2, le=1_000)] = 30
    """Pairs of the champion against itself: the noise, and the first evidence."""
    observe: Annotated[int, Field(ge=0, le=100_000)] = 0
    """More episodes of the champion to look at, beside those."""
    smallest_cluster: PositiveInt = 2
    """Failed episodes with one mistake in common that are worth an edit."""
    search: SearchSpec = SearchSpec()
    """How candidates are found."""
    race: RaceSpec = RaceSpec()
    """Which of them comes to the gate."""
    gate: GateSpec = GateSpec()
    """When a difference is believed."""
    budget: CampaignBudget = CampaignBudget()
    """The most that it may spend."""
    futile: PositiveInt = 3
    """So many gates in a row without a promotion end it."""
    promotions: PositiveInt = 1
    """So many promotions end it."""
    auto_promote: bool = False
    """Move the alias `champion` at once. By default a promoted version becomes `challenger`, and `wardian promote`
    moves it."""

    @model_validator(mode="after")
    def _may_be_edited(self) -> Self:
        if other := [name for name in self.search.texts if name not in self.components]:
            raise ValueError(f"`search.texts` has {other[0]}, which is not among `components`")
        return self
