"""One place where a model answers: how it is asked there, what it costs, what its provider promises."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, PositiveFloat, PositiveInt, WithJsonSchema, field_validator, model_validator

from wardian.base.frozen import Frozen, JsonObject
from wardian.specs.data_policy import DataPolicy
from wardian.specs.names import Url, VariableName
from wardian.specs.places import KeyPath

__all__ = ["Deployment", "DeploymentSpec", "DialectName", "EndpointSpec", "PriceSpec"]

DialectName = Literal["chat", "openai", "azure", "anthropic", "responses"]
"""How a provider wants to be asked."""

LIMITS: Final = frozenset({"max_tokens", "max_completion_tokens", "max_output_tokens"})
"""The agent's `sampling.max_tokens` becomes one of these: budgets stand on it."""
OURS: Final = frozenset({"model", "messages", "input", "tools", "stream", "n", "api_key"}) | LIMITS
"""Keys of a request that no config may replace: the rest of Wardian counts on them."""
OPENROUTER: Final = "openrouter.ai"

AnyKeys = Annotated[JsonObject, WithJsonSchema({"type": "object"})]


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


class EndpointSpec(Frozen):
    """How a model is asked at one place."""

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
    idle_s: PositiveFloat | None = None
    """Seconds without a single byte from the provider, before its answer or within, after which the call is made again.
    Many send nothing before the whole answer is there; without it only `timeout_s` counts."""
    stream: bool = False
    """Ask for the answer piece by piece, so that a model that falls silent is noticed before `timeout_s`."""
    stall_s: PositiveFloat = 30.0
    """With `stream`: seconds without a new piece of the answer after which it is asked for again."""
    promises: DataPolicy | None = None
    """What its provider promises about what it is sent, by contract or by a setting of the account. By default nothing
    (`any`), and whatever is demanded for `server`, a simulator and OpenRouter, which is told with every request."""

    @field_validator("extra")
    @classmethod
    def _nothing_of_ours(cls, extra: JsonObject) -> JsonObject:
        if taken := sorted(OURS & extra.keys()):
            raise ValueError(f"'{taken[0]}' is for Wardian to say")
        return extra

    @property
    def placed(self) -> bool:
        """Whether it says where: at a URL or on a server, not both."""
        return (self.base_url is None) != (self.server is None)

    @property
    def own(self) -> bool:
        """Whether nobody else answers: a server that the job starts itself, or a simulator."""
        return self.server is not None or (self.base_url or "").startswith("sim://")

    @property
    def at_openrouter(self) -> bool:
        """Whether OpenRouter passes on what is sent here, to providers that it chooses by what each request demands."""
        host = urlsplit(self.base_url or "").hostname or ""
        return host == OPENROUTER or host.endswith(f".{OPENROUTER}")

    @property
    def promised(self) -> DataPolicy:
        """What may be relied on."""
        return self.promises or ("zero-retention" if self.own or self.at_openrouter else "any")


class DeploymentSpec(EndpointSpec):
    """One of several places where a model of the pool answers, with everything that is particular to it."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if not self.placed:
            raise ValueError("a deployment needs either base_url or server (one of the two)")
        return self


@dataclass(frozen=True, slots=True)
class Deployment:
    """A place of a model of the pool.

    Args:
        model: the model's name in the pool.
        label: the deployment's name; empty when the model has only one place.
        spec: how it is asked there.
        data: what it is demanded to promise.
    """

    model: str
    label: str
    spec: EndpointSpec
    data: DataPolicy = "any"

    @property
    def name(self) -> str:
        """Its name among all places of a job: no model's name has a `#`."""
        return f"{self.model}#{self.label}" if self.label else self.model

    @property
    def path(self) -> KeyPath:
        """Where it stands in the config."""
        return ("models", self.model, "deployments", self.label) if self.label else ("models", self.model)

    @property
    def asked(self) -> str:
        """What the provider calls the model."""
        return self.spec.model or self.model
