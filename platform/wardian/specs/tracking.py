"""What MLflow hears of a run."""

from pydantic import Field

from wardian.base.frozen import Frozen

__all__ = ["TrackingSpec"]


class TrackingSpec(Frozen):
    """Where MLflow writes."""

    enabled: bool = True
    """With false, nothing goes to MLflow; results on disk are the same."""
    uri: str | None = None
    """By default a sqlite file in the output folder, with a bucket in `runs/`; MLFLOW_TRACKING_URI overrides."""
    experiment: str = "wardian"
    """The experiment in MLflow, made when it is not there."""
    traces: bool = True
    """With false, MLflow gets no traces: by default a few episodes of every arm, with what was said in them."""
    report: int = Field(default=1_000, ge=0)
    """The most episodes of a run whose report, with all that was said, becomes an artifact in MLflow; 0 keeps none."""
