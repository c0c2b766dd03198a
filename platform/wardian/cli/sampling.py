"""The episodes of a run that a tracker is given whole."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from wardian.base.errors import WardianError
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.result import Result
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.tracking.sample import SampledTrace, choose, some_failed
from wardian.tracking.span import Span

__all__ = ["sampled_traces"]


def sampled_traces(folder: RunFolder) -> tuple[SampledTrace, ...]:
    """A sample of the run's episodes; none when the job wants none, fewer when the store or a record cannot be read."""
    found: list[SampledTrace] = []
    with suppress(WardianError, OSError):
        found.extend(_sample(folder, folder.job()))  # keeps those that came before an error
    return tuple(found)


def _sample(folder: RunFolder, job: JobSpec) -> Iterator[SampledTrace]:
    if not (job.tracking.enabled and job.tracking.traces):
        return
    from wardian.tracking.episode_spans import EpisodeSpans

    shown = job.model_copy(update={"telemetry": job.telemetry.model_copy(update={"content": True, "sample": 1.0})})
    spans = EpisodeSpans(folder.id, shown)
    wanted = choose(_results(folder), _by_symptom(folder))
    for scored in _records(folder, wanted):
        yield _sampled(scored, wanted[scored.episode.spec.key], spans.of(scored))


def _by_symptom(folder: RunFolder) -> dict[str, str]:
    """By what detectors find in the record alone, the failed episode with the smallest key in which they find it."""
    first: dict[str, str] = {}
    for scored in _records(folder, dict.fromkeys(some_failed(_results(folder)), "")):
        key = scored.episode.spec.key
        for symptom in diagnose(scored.episode):
            first[symptom.detector] = min(key, first.get(symptom.detector, key))
    return first


def _results(folder: RunFolder) -> Iterator[Result]:
    return (finished.result for finished in current(folder.latest))


def _records(folder: RunFolder, keys: Mapping[str, str]) -> Iterator[Scored]:
    return (folder.load(finished) for finished in current(folder.latest) if finished.result.episode in keys)


def _sampled(scored: Scored, why: str, spans: Sequence[Span]) -> SampledTrace:
    scores = {score.metric: score.value for score in scored.scores if score.value is not None}
    return SampledTrace(arm=scored.episode.spec.agent.name, why=why, spans=tuple(spans), scores=scores)
