"""A chat completion request as the gateway takes it, and what becomes of it.

API reference: "Create chat completion" in OpenAI's API reference. What would change the answer and cannot be passed on
(several choices, pictures, log probabilities) is refused; what would not (`user`, `metadata` …) is left alone.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from wardian.base.messages import Request, ResponseSchema, Sampling, ToolSchema
from wardian.gateway.turns import Read, Turn
from wardian.gateway.values import Count, Off, On, One, Seed, Sendable

__all__ = ["FusionPlugin", "Question", "problem_in"]

NO_PARAMETERS = {"type": "object", "properties": {}}
SHOWN = 100
TAGGED = {1: "response_format", 2: "messages"}
"""Where in a location the name of a kind stands, by its first key."""
MOST_MEMBERS = 8
"""As many as OpenRouter allows."""


class OfferedFunction(Read):
    """A tool's name, what it does, and the JSON Schema of its arguments."""

    name: Annotated[str, Field(min_length=1, max_length=128)]
    description: str | None = None
    parameters: Sendable | None = None


class Offered(Read):
    """One tool that the model may call."""

    type: Literal["function"] = "function"
    function: OfferedFunction

    @property
    def tool(self) -> ToolSchema:
        """As Wardian's. Nobody declares here that a tool only reads, so a panel takes it for one that writes."""
        said, parameters = self.function, self.function.parameters or NO_PARAMETERS
        return ToolSchema(name=said.name, description=said.description or "", parameters=parameters, effect="write")


class NamedFunction(Read):
    """A tool by its name."""

    name: str


class Demanded(Read):
    """The one tool that the model shall call."""

    type: Literal["function"]
    function: NamedFunction


class Shape(Read):
    """The JSON Schema of an answer."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    schema_: Annotated[Sendable, Field(alias="schema")]


class TextFormat(Read):
    """Any text."""

    type: Literal["text"]

    @property
    def shape(self) -> None:
        """None."""


class ObjectFormat(Read):
    """Any JSON object."""

    type: Literal["json_object"]

    @property
    def shape(self) -> ResponseSchema:
        """As Wardian's."""
        return ResponseSchema(name="object", json_schema={"type": "object"})


class SchemaFormat(Read):
    """JSON of a certain shape."""

    type: Literal["json_schema"]
    json_schema: Shape

    @property
    def shape(self) -> ResponseSchema:
        """As Wardian's."""
        return ResponseSchema(name=self.json_schema.name, json_schema=self.json_schema.schema_)


class StreamOptions(Read):
    """What a stream holds besides the answer."""

    include_usage: bool | None = None


class FusionPlugin(Read):
    """OpenRouter's plugin: a panel that this request puts together itself."""

    id: Literal["fusion"]
    enabled: bool = True
    analysis_models: Annotated[tuple[str, ...], Field(min_length=2, max_length=MOST_MEMBERS)]
    """The panel."""
    model: str | None = None
    """Who compares its answers; by default the model of the request, who writes the final one."""
    max_completion_tokens: Count | None = None
    """Of each of these calls."""


class Question(Read):
    """A chat completion request."""

    model: str
    """A model of the gateway, or `fusion/NAME`."""
    messages: Annotated[tuple[Turn, ...], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: tuple[Offered, ...] | None = None
    tool_choice: Literal["auto", "none", "required"] | Demanded | None = None
    """`required`, or one by its name: the answer shall be a call, of that one."""
    parallel_tool_calls: On | None = None
    response_format: Annotated[TextFormat | ObjectFormat | SchemaFormat, Field(discriminator="type")] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Count | None = None
    max_completion_tokens: Count | None = None
    seed: Seed | None = None
    stop: str | Annotated[tuple[str, ...], Field(max_length=4)] | None = None
    n: One | None = None
    logprobs: Off | None = None
    plugins: tuple[FusionPlugin, ...] | None = None

    @model_validator(mode="after")
    def _choice_is_offered(self) -> Self:
        if isinstance(self.tool_choice, Demanded) and not self.offered:
            raise ValueError(f"tool_choice: there is no tool '{self.tool_choice.function.name[:SHOWN]}'")
        return self

    @property
    def offered(self) -> tuple[Offered, ...]:
        """The tools that may be called."""
        offered, choice = self.tools or (), self.tool_choice
        if isinstance(choice, Demanded):
            return tuple(each for each in offered if each.function.name == choice.function.name)
        return () if choice == "none" else offered

    @property
    def request(self) -> Request:
        """What the model is asked."""
        must_call = self.tool_choice == "required" or isinstance(self.tool_choice, Demanded)
        return Request(
            model=self.model,
            messages=tuple(turn.message for turn in self.messages),
            tools=tuple(each.tool for each in self.offered),
            must_call=must_call and bool(self.offered),
            sampling=self.sampling,
            response_schema=None if self.response_format is None else self.response_format.shape,
        )

    @property
    def sampling(self) -> Sampling:
        """How the answer shall be drawn."""
        stop = (self.stop,) if isinstance(self.stop, str) else self.stop or ()
        most = self.max_completion_tokens or self.max_tokens
        return Sampling(temperature=self.temperature, top_p=self.top_p, max_tokens=most, seed=self.seed, stop=stop)

    @property
    def counted(self) -> bool:
        """Whether the usage shall stand at the end of a stream."""
        return self.stream_options is not None and self.stream_options.include_usage is True

    @property
    def panel(self) -> FusionPlugin | None:
        """The panel that it brings along."""
        return next((plugin for plugin in self.plugins or () if plugin.enabled), None)


def problem_in(error: ValidationError) -> tuple[str, str]:
    """The key that is wrong, and how, without its value. Of a choice, what fits best is spoken of."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    worst = max(problems, key=lambda problem: len(problem["loc"]))
    key = ".".join(_keys(worst["loc"]))
    text = worst["msg"].removeprefix("Value error, ")
    if not key and ": " in text:  # two keys do not go together, and the text begins with the one to change
        key, _, text = text.partition(": ")
    return key, text


def _keys(location: tuple[int | str, ...]) -> Iterator[str]:
    """Those of the body: pydantic names the chosen kind of a message or a format as well, and what it took it for."""
    for place, part in enumerate(location):
        tag = location[0] == TAGGED.get(place)
        if not tag and not (isinstance(part, str) and "[" in part):
            yield str(part)
