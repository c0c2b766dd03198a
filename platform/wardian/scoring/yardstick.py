"""The metric that something is decided by."""

from collections.abc import Iterable

from wardian.base.errors import ConfigError
from wardian.scoring.catalogue import known_metrics
from wardian.scoring.metric import Metric
from wardian.scoring.own import ScorerCard
from wardian.specs.names import nearest

__all__ = ["yardstick"]


def yardstick(key: str, name: str, cards: Iterable[ScorerCard]) -> Metric:
    """The metric `name`, of ours or of the users' scorers: of two versions, the better one has more of it.

    Args:
        key: where the job names it.
        name: of the metric.
        cards: of the users' scorers.

    Raises:
        ConfigError: when nobody computes it, it is not in [0, 1], or more of it is not better; begins with the key.
    """
    known = known_metrics(metric for card in cards for metric in card.metrics)
    fit = [each.name for each in known.values() if _decides(each)]
    if name not in known:
        raise ConfigError(f"{key}: there is no metric '{name}'; {nearest(name, fit)}")
    if not _decides(known[name]):
        raise ConfigError(f"{key}: '{name}' is no metric in [0, 1] of which more is better; {nearest(name, fit)}")
    return known[name]


def _decides(metric: Metric) -> bool:
    return metric.better == "higher" and metric.low >= 0.0 and metric.high is not None and metric.high <= 1.0
