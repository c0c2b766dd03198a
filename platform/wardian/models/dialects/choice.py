"""The dialect that a model's config asks for."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from wardian.models.dialects.anthropic import AnthropicDialect
from wardian.models.dialects.chat import ChatDialect
from wardian.models.dialects.dialect import Dialect
from wardian.models.dialects.openrouter import demanding
from wardian.models.dialects.responses import ResponsesDialect
from wardian.specs.data_policy import DataPolicy
from wardian.specs.endpoints import DialectName, EndpointSpec

__all__ = ["dialect_of"]

DIALECTS: Final[Mapping[DialectName, Callable[..., Dialect]]] = {
    "chat": ChatDialect,
    "openai": partial(ChatDialect, limit="max_completion_tokens"),
    "azure": partial(ChatDialect, limit="max_completion_tokens", key_header="api-key"),
    "anthropic": AnthropicDialect,
    "responses": ResponsesDialect,
}


def dialect_of(spec: EndpointSpec, data: DataPolicy = "any") -> Dialect:
    """How to talk to the model at the place that `spec` describes, which is to keep to `data`."""
    extra = demanding(spec.extra, data) if spec.at_openrouter else spec.extra
    return DIALECTS[spec.dialect](stream=spec.stream, extra=extra, thoughts=spec.send_reasoning)
