"""The dialect that a model's config asks for."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from wardian.models.dialects.anthropic import AnthropicDialect
from wardian.models.dialects.chat import ChatDialect
from wardian.models.dialects.dialect import Dialect
from wardian.models.dialects.responses import ResponsesDialect
from wardian.specs.models import DialectName, ModelSpec

__all__ = ["dialect_of"]

DIALECTS: Final[Mapping[DialectName, Callable[..., Dialect]]] = {
    "chat": ChatDialect,
    "openai": partial(ChatDialect, limit="max_completion_tokens"),
    "azure": partial(ChatDialect, limit="max_completion_tokens", key_header="api-key"),
    "anthropic": AnthropicDialect,
    "responses": ResponsesDialect,
}


def dialect_of(spec: ModelSpec) -> Dialect:
    """How to talk to the model that `spec` describes."""
    return DIALECTS[spec.dialect](stream=spec.stream, extra=spec.extra, thoughts=spec.send_reasoning)
