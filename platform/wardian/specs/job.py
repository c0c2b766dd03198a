"""One evaluation job: what a user's YAML file becomes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from wardian.base.bundle import Component
from wardian.base.frozen import Frozen
from wardian.base.store import Durability
from wardian.specs.agents import AgentSpec
from wardian.specs.askers import Asker, askers
from wardian.specs.budget import BudgetSpec
from wardian.specs.cache import CacheSpec
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.fusion.panels import PREFIX
from wardian.specs.keeping import unbounded, unpriced
from wardian.specs.models import ModelSpec
from wardian.specs.names import (
    BadName,
    BadNames,
    Label,
    RayAddress,
    ScorerName,
    VariableName,
    nearest,
    unknown,
)
from wardian.specs.output import misplaced
from wardian.specs.places import KeyPath
from wardian.specs.promises import unpromised
from wardian.specs.refinement import RefineSpec
from wardian.specs.registered import PromptOrigin
from wardian.specs.roster import Roster
from wardian.specs.sweeps import SweepSpec
from wardian.specs.telemetry import TelemetrySpec
from wardian.specs.tracking import TrackingSpec

__all__ = [
    "ExecutorSpec",
    "JobSpec",
    "Limits",
    "LocalExecutorSpec",
    "RayExecutorSpec",
]


class Limits(Frozen):
    """Where an episode ends at the latest, and what is in it."""

    turns: PositiveInt = 30
    """Model calls."""
    tool_errors: PositiveInt = 10
    """Tool errors in a row."""
    output_tokens: PositiveInt | None = None
    """Tokens that the agent may write in all turns together."""
    call_s: PositiveFloat = 120.0
    """Seconds for one call of a model with all its retries, unless the model has a `timeout_s` of its own. As in all
    deadlines of an episode, waiting for a rate limit does not count."""
    tool_s: PositiveFloat | None = 60.0
    """Seconds for one tool call, one reply or the opening of an environment; then that is to blame, and the episode is
    missing. Also for code that blocks all other episodes of its process. With null, there is no limit."""
    turn_s: PositiveFloat | None = None
    """Seconds for one turn, the agent's message and all answers to it; then the episode ends and counts. No less than
    `tool_s`, or the agent is blamed for a tool."""
    wall_s: PositiveFloat | None = 600.0
    """Seconds for the whole episode; what was reached until then counts. With null, there is no limit."""
    examine_s: PositiveFloat = 60.0
    """Seconds for its examination afterwards, and again for its scores; what takes longer is missing."""
    job_s: PositiveFloat | None = None
    """Seconds for the run, from when it begins to play, and again after each resume: then it pauses."""


class LocalExecutorSpec(Frozen):
    """Episodes in this process."""

    kind: Literal["local"]
    concurrency: PositiveInt = 64
    """Episodes at once."""


class RayExecutorSpec(Frozen):
    """Episodes in warm Ray worker actors, one a core by default."""

    kind: Literal["ray"]
    address: RayAddress = "local"
    """`local` starts a Ray of its own; `auto` or host:port joins a running one; RAY_ADDRESS overrides."""
    workers: PositiveInt | None = None
    """By default one for every CPU of the cluster."""
    concurrency: PositiveInt = 256
    """Episodes at once on each worker."""
    worker_cpus: PositiveFloat = 1.0
    """CPUs that Ray reserves for each worker."""
    lease_s: Annotated[float, Field(ge=1.0)] = 10.0
    """A worker that is silent for so many seconds loses its episodes to others; it stops paying before."""
    start_timeout_s: PositiveFloat = 1800.0
    """How long to wait for the first worker when all CPUs of a cluster are taken."""


ExecutorSpec = Annotated[LocalExecutorSpec | RayExecutorSpec, Field(discriminator="kind")]


class JobSpec(Roster):
    """Everything that an evaluation needs; two equal specs plan the same episodes."""

    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """All randomness follows from it."""
    environments: Annotated[tuple[EnvironmentSpec, ...], Field(min_length=1)]
    """What is played."""
    agents: Annotated[tuple[AgentSpec, ...], Field(min_length=1)]
    """The arms of the comparison; each plays every task."""
    prompts: dict[Label, str] = {}
    """System prompts by name: the text itself, `file:PATH` relative to the config, or `prompts:/NAME@champion` and
    `prompts:/NAME/VERSION` out of MLflow's registry. Files and registry are read once, when the config is loaded."""
    versions: dict[Label, PromptOrigin] = {}
    """Which version in the registry a prompt is. Filled in when the config is loaded."""
    repeats: PositiveInt = 1
    """How often each agent plays each task, every time with another seed."""
    forks: Annotated[int, Field(ge=1, le=256)] = 1
    """How many episodes begin in each of these opening states, with other draws of the models: forks of one world, of
    which `wardian fusion episodes` selects one."""
    scorers: tuple[ScorerName, ...] = ()
    """Scorers of your own beside Wardian's: `package.module:Name`, or the name of one that is installed."""
    limits: Limits = Limits()
    executor: ExecutorSpec = LocalExecutorSpec(kind="local")
    """Where episodes run."""
    durability: Durability = "process"
    """What an answer that was paid for survives: the death of a `process`, or that of a `machine` (it is synced)."""
    cache: CacheSpec = CacheSpec()
    """Answers of models that are kept and given again."""
    budget: BudgetSpec | None = None
    """What the run may spend at most, all resumes together."""
    accounts: dict[VariableName, BudgetSpec] = {}
    """What all runs below one `output` folder may spend together, by the variable that holds the account's key."""
    weight: PositiveFloat = 1.0
    """Its part of a rate limit that it shares with other jobs, in relation to theirs (executor ray)."""
    tracking: TrackingSpec = TrackingSpec()
    telemetry: TelemetrySpec = TelemetrySpec()
    """Spans for a tracing backend."""
    refine: RefineSpec | None = None
    """How `wardian refine` makes one of the agents better; a run has no use for it."""
    sweep: SweepSpec | None = None
    """What `wardian sweep` varies; a run has no use for it."""
    output: str = "runs"
    """The folder of all runs, relative to where the command is started, or a place in a bucket: `s3://BUCKET/PREFIX`."""

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        problems = [*self.bad_models(), *self._bad_agents()]
        problems += self._bad_tasks()
        problems += self._bad_accounts()
        problems += misplaced(self.output, self.budgets)
        problems += _twins("agents", [agent.name for agent in self.agents], "name")
        problems += _twins("scorers", self.scorers)
        problems += _twins("environments", [environment.label for environment in self.environments], "name")
        problems = problems or [*self._unkept(), *unpromised(self.asked)]
        if problems:
            raise BadNames(problems)
        return self

    def _bad_agents(self) -> Iterator[BadName]:
        for asker in self.askers:
            yield from _missing((*asker.path, "model"), asker.model, [*self.models, *self.panels.specs])
        for index, agent in enumerate(self.agents):
            if agent.kind == "tools":
                yield from _missing(("agents", index, "prompt"), agent.prompt, self.prompts)
        for name in self.versions:
            yield from _missing(("versions",), name, self.prompts)

    def _bad_tasks(self) -> Iterator[BadName]:
        """A task that is named twice would be one episode with two results."""
        for index, environment in enumerate(self.environments):
            named: set[str] = set()
            for place, task in enumerate(environment.tasks if isinstance(environment.tasks, tuple) else ()):
                if task in named:
                    text = f"the task '{task}' is named twice; `repeats` plays all tasks more often"
                    yield BadName(("environments", index, "tasks", place), text)
                named.add(task)

    def _bad_accounts(self) -> Iterator[BadName]:
        places = [place for name, model in self.models.items() for place in model.places(name)]
        known = [place.spec.api_key_env for place in places if place.spec.api_key_env]
        for variable in self.accounts:
            if variable not in known:
                text = f"no model has the api_key_env '{variable}'; {nearest(variable, known)}"
                yield BadName(("accounts", variable), text)

    def _unkept(self) -> Iterator[BadName]:
        """What a budget needs to know and does not."""
        for key, budget in self.budgets.items():
            counted = [place for place in self.deployments.values() if _counts(key, place.spec)]
            yield from unpriced(key, budget, counted)
            for asker in self.askers:
                asked = [place.spec for place in counted if place.model in self.members(asker.model)]
                yield from unbounded(key, budget, asker, asked)
        for asker in self.askers:
            for name, fusion in self.panels.asked(asker.model):
                key = f"fusions.{name.removeprefix(PREFIX)}.budget"
                counted = [place for place in self.deployments.values() if place.model in self.members(name)]
                yield from unpriced(key, fusion.budget, counted)
                yield from unbounded(key, fusion.budget, asker, [place.spec for place in counted])

    def texts_of(self, agent: AgentSpec) -> Mapping[Component, str]:
        """What an agent is told beside its system prompt, out of a registry."""
        prompt = agent.prompt if agent.kind == "tools" else None
        return self.versions[prompt].texts if prompt in self.versions else {}

    @property
    def askers(self) -> tuple[Asker, ...]:
        """Who asks models: agents, users, and who proposes better prompts."""
        return tuple(askers(self.agents, self.environments, self.refine))

    @property
    def budgets(self) -> dict[str, BudgetSpec]:
        """All budgets by the keys at which they stand; none in a replay, which costs nothing."""
        own = {} if self.budget is None else {"budget": self.budget}
        shared = {f"accounts.{variable}": budget for variable, budget in self.accounts.items()}
        return {} if self.cache.replays else own | shared

    @property
    def tries(self) -> int:
        """Episodes of each task and agent."""
        return self.repeats * self.forks

    @property
    def asked(self) -> dict[str, ModelSpec]:
        """The models that agents and users ask, alone or in a fusion, with what the job says of all.

        Only these need prices.
        """
        return self.behind((asker.model for asker in self.askers), self.limits.call_s)

    @property
    def called(self) -> dict[str, ModelSpec]:
        """Those of them that are really called, none in a replay: only these need keys, servers and endpoints."""
        return {} if self.cache.replays else self.asked


def _counts(key: str, spec: EndpointSpec) -> bool:
    """Whether calls to a place count against the budget at `key`."""
    return key == "budget" or key == f"accounts.{spec.api_key_env}"


def _missing(path: KeyPath, name: str | None, valid: Iterable[str]) -> Iterator[BadName]:
    names = tuple(valid)
    if name is not None and name not in names:
        yield unknown(path, name, names)


def _twins(key: str, names: Sequence[str], *inside: str) -> Iterator[BadName]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield BadName((key, index, *inside), f"the name '{name}' is already used by {key}.{names.index(name)}")
