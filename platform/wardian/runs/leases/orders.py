"""What a coordinator and its workers say to each other.

The coordinator calls; a worker answers as soon as it has something to tell, and at least once a beat. An order may be
repeated when its answer was lost: it has the same number, and counts once.
"""

from wardian.base.frozen import Frozen
from wardian.episodes.record import EpisodeSpec
from wardian.scoring.finished import Finished

__all__ = ["Lease", "Order", "Report"]


class Lease(Frozen):
    """An episode that is handed out for the `number`-th time, from 1."""

    spec: EpisodeSpec
    number: int = 1


class Order(Frozen):
    """What a coordinator says.

    Args:
        epoch: of the run. A higher one is another coordinator's, which must be told everything again.
        number: of the order within the epoch, from 1.
        heard: the number of the worker's last report that has arrived, 0 for none: from the moment when that was sent
            counts the lease of the worker.
        leases: episodes to play.
        settled: episodes whose results are kept; nothing is needed any more to play them on.
        forget: episodes whose results were taken, or that are somebody else's now: nothing more is to be said of them.
        again: whether a lost worker may have played some of `leases` since this one looked into the store.
        hold: no call may begin any more: what is played will be played on elsewhere.
        last: nothing more comes.
    """

    epoch: int
    number: int
    heard: int = 0
    leases: tuple[Lease, ...] = ()
    settled: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()
    again: bool = False
    hold: bool = False
    last: bool = False


class Report(Frozen):
    """What a worker answers.

    Args:
        number: of the report, from 1.
        finished: all results that the coordinator has not taken yet.
        playing: everything that is being played, for the first order of an epoch; else None.
        advanced: what is being played, was handed out before, and has got further than where its last player was lost.
    """

    number: int
    finished: tuple[Finished, ...] = ()
    playing: tuple[str, ...] | None = None
    advanced: tuple[str, ...] = ()
