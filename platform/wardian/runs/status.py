"""`status.json`: what a run is doing, rewritten about once a second so that anybody can look."""

from contextlib import suppress
from typing import Final, Literal

from pydantic import NonNegativeFloat, NonNegativeInt, ValidationError

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen, first_problem
from wardian.base.store import RunStore
from wardian.models.gauges import LaneGauge
from wardian.runs.gauges import WorkerGauge

__all__ = ["InFlight", "LaneStatus", "State", "Status", "read_status", "write_status"]


FILE: Final = "status.json"

State = Literal["running", "finished", "paused", "stopped"]


class LaneStatus(LaneGauge):
    """A lane of all workers together, with what it used in the last minute."""

    requests_per_min: NonNegativeFloat = 0.0
    tokens_per_min: NonNegativeFloat = 0.0


class InFlight(Frozen):
    """An episode that is being played; `age_s` since it was handed out, in seconds."""

    episode: str
    arm: str
    task: str
    age_s: NonNegativeFloat


class Status(Frozen):
    """A run at `written_at` (seconds since the epoch).

    Args:
        format: of this file; another number may mean other fields.
        run: the run's id.
        state: `running`; `finished` when every planned episode has a result; when the run ended before that, `paused`
            if no further call could mend its trouble, and otherwise `stopped`.
        reason: why it pauses.
        hosted: whether the run belongs to a cluster, which starts that process again when it is lost.
        host: the machine of the process that writes this.
        pid: that process.
        started_at: when it began, in seconds since the epoch; a resumed run begins again.
        written_at: when this was written.
        planned: episodes of the whole run.
        finished: those with a result, from earlier parts of the run too.
        missing: those of them that somebody else than the agent broke; `resume` plays them again.
        restarted: those with a result that were played from their beginning again, with new calls, because they did not
            go on like the calls that were recorded of them.
        in_flight: those that are being played.
        episodes_per_min: finished in the last minute.
        eta_s: how long the rest takes at that pace; None as long as there is none.
        spent_usd: what the results so far cost; None when a price is unknown.
        simulated: whether all models behind those results are simulated: then nothing was spent.
        oldest: the episodes that have been played longest.
        lanes: the models, over all workers.
        workers: the processes that play, as far as they answered.
    """

    format: Literal[1] = 1
    run: str
    state: State
    reason: str | None = None
    hosted: bool = False
    host: str
    pid: int
    started_at: float
    written_at: float
    planned: NonNegativeInt
    finished: NonNegativeInt
    missing: NonNegativeInt
    restarted: NonNegativeInt = 0
    in_flight: NonNegativeInt
    episodes_per_min: NonNegativeFloat
    eta_s: NonNegativeFloat | None
    spent_usd: float | None
    simulated: bool = False
    oldest: tuple[InFlight, ...] = ()
    lanes: tuple[LaneStatus, ...] = ()
    workers: tuple[WorkerGauge, ...] = ()


def write_status(store: RunStore, status: Status) -> None:
    """Replace what was written before.

    A disk that takes nothing is the journal's business: it stops the run, this does not.
    """
    with suppress(OSError):
        store.put(FILE, status.model_dump_json(indent=2).encode())


def read_status(store: RunStore) -> Status:
    """What was written last.

    Raises:
        ConfigError: when nothing was, or by another version of Wardian.
    """
    where = f"{store.url}/{FILE}"
    try:
        written = store.get(FILE)
        if written is None:
            hint = "`wardian results` shows what it has played"
            raise ConfigError(f"{where}: this run has said nothing yet; {hint}") from None
        return Status.model_validate_json(written)
    except OSError as error:
        raise ConfigError(f"{where}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        problem = first_problem(error, "the file")
        raise ConfigError(f"{where}: not a status of this version of Wardian ({problem})") from None
