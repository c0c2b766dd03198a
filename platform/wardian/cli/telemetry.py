"""Opening the sink for spans, when the job wants any."""

from collections.abc import Mapping
from functools import partial

from rich.console import Console

from wardian.runs.executor import Sink
from wardian.runs.folder import RunFolder
from wardian.specs.job import JobSpec

__all__ = ["check_telemetry", "span_sinks"]


def check_telemetry(job: JobSpec, environ: Mapping[str, str]) -> None:
    """See that spans can be sent, if the job wants any.

    Raises:
        ConfigError: when the extra is missing.
    """
    if _wanted(job, environ):
        from wardian.tracking.otlp import check_installed

        check_installed()


def span_sinks(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], console: Console) -> tuple[Sink, ...]:
    """The sink for new results' spans; none when nobody wants them."""
    url = job.telemetry.traces_url
    if url is None or not _wanted(job, environ):
        return ()
    from wardian.tracking.episode_spans import EpisodeSpans
    from wardian.tracking.otlp import otlp_sender
    from wardian.tracking.span_sink import SpanSink

    say = partial(console.print, soft_wrap=True, highlight=False)
    return (SpanSink(EpisodeSpans(folder.id, job), partial(otlp_sender, url), say, folder.load),)


def _wanted(job: JobSpec, environ: Mapping[str, str]) -> bool:
    off = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return job.telemetry.otlp is not None and not off
