"""What a worker says of itself once a second."""

from wardian.base.frozen import Frozen
from wardian.models.gauges import LaneGauge

__all__ = ["WorkerGauge"]


class WorkerGauge(Frozen):
    """One process that plays episodes.

    Args:
        name: its name in the run.
        host: the machine that it runs on.
        pid: its process there.
        episodes: how many it is playing.
        lanes: what goes on at its models.
    """

    name: str
    host: str
    pid: int
    episodes: int
    lanes: tuple[LaneGauge, ...] = ()
