"""Where spans go."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from wardian.base.frozen import Frozen
from wardian.specs.names import HttpUrl

__all__ = ["TelemetrySpec", "otlp_variable"]

TRACES_PATH = "/v1/traces"
TRACES, BASE = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"


class TelemetrySpec(Frozen):
    """OpenTelemetry spans of episodes, model calls and tool calls."""

    otlp: HttpUrl | None = None
    """Who takes spans by OTLP over HTTP; without a path, `/v1/traces` is added. Needs the extra `otel`."""
    content: bool = False
    """With true, spans hold what was said, the tools' arguments and results, and error messages."""
    sample: Annotated[float, Field(ge=0, le=1)] = 1.0
    """The share of episodes that have spans, chosen by their ids."""

    @property
    def traces_url(self) -> str | None:
        """The URL to post to; None when nobody wants spans."""
        if self.otlp is None or urlsplit(self.otlp).path.strip("/"):
            return self.otlp
        return self.otlp.rstrip("/") + TRACES_PATH


def otlp_variable(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The variable that says where spans go, and the URL as OpenTelemetry understands it; None when none does."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    if complete := environ.get(TRACES, "").strip():
        return TRACES, complete
    base = environ.get(BASE, "").strip()
    return (BASE, base.rstrip("/") + TRACES_PATH) if base else None
