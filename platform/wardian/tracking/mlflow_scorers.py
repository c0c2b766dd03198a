"""Our metrics as scorers of MLflow's, for `mlflow.genai.evaluate` on traces of any origin.

Importing this imports mlflow: it is for programs of the user's, and no worker ever needs it.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import orjson
from mlflow.entities import Feedback, Trace
from mlflow.genai.scorers import Scorer, scorer

from wardian.base.errors import ConfigError
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Metric
from wardian.scoring.recorded import FROM_RECORDS, score_record
from wardian.specs.names import nearest
from wardian.traces.mlflow_traces import transcripts_of_mlflow

__all__ = ["trajectory_scorers"]

KNOWN: Final = {metric.name: metric for metric in CATALOGUE}


def trajectory_scorers(metrics: Sequence[str] = tuple(FROM_RECORDS)) -> list[Scorer]:
    """One scorer for each metric, named like it; pass them to `mlflow.genai.evaluate(data=traces, scorers=…)`.

    A value follows from the trace alone, without a model. Where it cannot, and where the metric does not apply, the
    feedback has no value and a rationale that says why; it takes no part in MLflow's means. Of traces that Wardian has
    written every metric may be asked for: what only a run can know is taken from what the run has noted.

    Raises:
        ConfigError: when there is no such metric.
    """
    for name in metrics:
        if name not in KNOWN:
            raise ConfigError(f"there is no metric '{name}'; {nearest(name, KNOWN)}")
    return [scorer(_judge(KNOWN[name]), name=name, description=KNOWN[name].description) for name in metrics]


def _judge(metric: Metric) -> Callable[[Trace], Feedback]:
    def judge(trace: Trace) -> Feedback:
        value, rationale = _score(trace, metric.name)
        return Feedback(name=metric.name, value=value, rationale=rationale)

    return judge


def _score(trace: Trace, metric: str) -> tuple[float | None, str | None]:
    """The value, and what there is to say of it."""
    (transcript,) = transcripts_of_mlflow([orjson.loads(trace.to_json())])
    found = asyncio.run(score_record(transcript))
    if metric in found.left_out:
        noted = transcript.scores.get(metric)
        return noted, found.left_out[metric] if noted is None else "as the run has noted it"
    score = next(each for each in found.scores if each.metric == metric)
    return score.value, score.explanation or ("does not apply to this trace" if score.value is None else None)
