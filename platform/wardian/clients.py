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

__all__ = ["Kept", "opened_clients", "tariffs_of"]

Kept = Callable[[ModelClient], ModelClient]
"""Writes down what a client answers."""


def opened_clients(
    job: JobSpec, pool: ModelPool, replies: ReplyStore, clock: Clock, kept: Kept
) -> dict[str, ModelClient]:
    """By the names that an agent may name as its model; `kept` writes down what each of them answers."""

    def client(name: str, hedge: HedgeSpec | None = None) -> ModelClient:
        return kept(_client(name, job, pool, replies, hedge))

    clients, tariffs = {name: client(name) for name in job.asked}, tariffs_of(job)
    for name, panel in job.panels.inside_out():
        if all(model in clients for model in panel.models):  # otherwise nobody asks it
            hedge = panel.collect.hedge
            members = {each: client(each, hedge) for each in panel.models if each in job.asked and hedge is not None}
            clients[name] = kept(fused_client(name, panel, clients | members, clock, tariffs))
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
