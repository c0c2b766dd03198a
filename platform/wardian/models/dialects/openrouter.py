"""What OpenRouter is told besides the request: to which providers it may pass it on.

Reference: "Provider Routing" and "Zero Data Retention" in OpenRouter's documentation. When no provider of the model
does what is demanded, it answers with an error instead of asking another.
"""

from collections.abc import Mapping
from typing import Final

from wardian.base.frozen import JsonObject
from wardian.specs.data_policy import DataPolicy

__all__ = ["demanding"]

DEMANDS: Final[Mapping[DataPolicy, JsonObject]] = {
    "any": {},
    "no-training": {"data_collection": "deny"},
    "zero-retention": {"data_collection": "deny", "zdr": True},
}


def demanding(extra: JsonObject, data: DataPolicy) -> JsonObject:
    """`extra` keys of a request with what `data` demands of the provider; other demands in them stay."""
    said = extra.get("provider")
    provider = (said if isinstance(said, dict) else {}) | DEMANDS[data]
    return {**extra, "provider": provider} if DEMANDS[data] else extra
