"""Everybody whom a job's agents may ask: the models of its pool, and the fusions of them."""

from collections.abc import Callable

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.fusion.opening import fused_client
from wardian.fusion.tariffs import Tariffs
from wardian.models.cache import RecordingClient, ReplayClient
from wardian.models.pool import ModelPool
from wardian.models.reply_key import ReplyKeys, answering
from wardian.models.reply_store import ReplyStore
from wardian.specs.job import JobSpec
from wardian.specs.models import HedgeSpec
from wardian.specs.roster import Roster

__all__ = ["Kept", "Opened", "clients_of", "opened_clients", "tariffs_of"]

Kept = Callable[[ModelClient], ModelClient]
"""Writes down what a client answers."""
Opened = Callable[[str, HedgeSpec | None], ModelClient]
"""The client of the pool's model of that name; one that makes slow calls twice, for a fusion that wants it."""


def opened_clients(
    job: JobSpec, pool: ModelPool, replies: ReplyStore, clock: Clock, kept: Kept
) -> dict[str, ModelClient]:
    """By the names that an agent may name as its model; `kept` writes down what each of them answers."""

    def opened(name: str, hedge: HedgeSpec | None) -> ModelClient:
        return _client(name, job, pool, replies, hedge)

    return clients_of(job, opened, clock, kept)


def clients_of(
    roster: Roster, opened: Opened, clock: Clock, kept: Kept = lambda client: client, *, whole_panels: bool = True
) -> dict[str, ModelClient]:
    """The models of `roster` that are asked, and all fusions of them; `whole_panels` as in `fused_client`."""
    clients, tariffs = {name: kept(opened(name, None)) for name in roster.asked}, tariffs_of(roster)
    for name, panel in roster.panels.inside_out():
        if all(model in clients for model in panel.models):  # otherwise nobody asks it
            hedge = panel.collect.hedge
            own = [model for model in panel.models if model in roster.asked and hedge is not None]
            hedged = {model: kept(opened(model, hedge)) for model in own}
            fused = fused_client(name, panel, clients | hedged, clock, tariffs, whole_panel=whole_panels)
            clients[name] = kept(fused)
    return clients


def tariffs_of(job: Roster) -> Tariffs:
    """What everybody who may be asked takes, by itself or in a fusion."""
    places = {name: [place.spec for place in model.usable(name)] for name, model in job.asked.items()}
    return Tariffs(places, job.panels)


def _client(name: str, job: JobSpec, pool: ModelPool, replies: ReplyStore, hedge: HedgeSpec | None) -> ModelClient:
    """The pool's model `name`, behind the reply cache when the job has one."""
    mode, model = job.cache.mode, job.models[name]
    if mode == "off":
        return pool.client(name, hedge)
    keys = ReplyKeys(answering(name, model, job.servers.get(model.places(name)[0].spec.server or "")))
    if mode == "replay":
        return ReplayClient(name, keys, replies)
    return RecordingClient(pool.client(name, hedge), keys, replies, reuse=mode == "read-write")
