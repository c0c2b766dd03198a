"""The dialect that a model's config asks for."""

from collections.abc import Callable, Mapping
from typing import Final

from wardian.models.dialects.anthropic import AnthropicDialect
from wardian.models.dialects.chat import ChatDialect
from wardian.models.dialects.dialect import Dialect
from wardian.models.dialects.responses import ResponsesDialect
from wardian.specs.models import DialectName, ModelSpec

__all__ = ["dialect_of"]

DIALECTS: Final[Mapping[DialectName, Callable[[bool], Dialect]]] = {
    "chat": lambda stream: ChatDialect(stream=stream),
    "openai": lambda stream: ChatDialect(limit="max_completion_tokens", stream=stream),
    "azure": lambda stream: ChatDialect(limit="max_completion_tokens", key_header="api-key", stream=stream),
    "anthropic": lambda stream: AnthropicDialect(stream=stream),
    "responses": lambda stream: ResponsesDialect(stream=stream),
}


def dialect_of(spec: ModelSpec) -> Dialect:
    """How to talk to the model that `spec` describes."""
    return DIALECTS[spec.dialect](spec.stream)
