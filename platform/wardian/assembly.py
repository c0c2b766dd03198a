"""What knows all concrete classes, with `clients`: from a job to something that plays its episodes."""

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial
from pathlib import Path

from wardian.base.clients import ModelClient, Quota
from wardian.base.clock import SystemClock
from wardian.base.deadline import Stopwatch
from wardian.base.errors import ConfigError, InfraError
from wardian.base.frozen import Frozen
from wardian.base.messages import Origin
from wardian.base.watchdog import Patience, Watchdog
from wardian.casting import Cast
from wardian.clients import opened_clients, tariffs_of
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack
from wardian.environments.packs import bundled_roots, load_packs
from wardian.environments.stressed import StressedWorld
from wardian.environments.voice import Voice
from wardian.environments.voiced import VoicedWorld
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.episodes.runner import run_episode
from wardian.fusion.tariffs import Tariffs
from wardian.models.accounts import account_of
from wardian.models.budgets.budgets import BudgetBooks, BudgetPlace, Budgets
from wardian.models.endpoint import RunningServer
from wardian.models.llama_server import check_installed
from wardian.models.pool import ModelPool, PayFor, PoolSpec, Secrets, for_nothing
from wardian.models.quota import LocalQuota
from wardian.models.reply_store import ReplyStore, check_folder
from wardian.models.wire import Carrier
from wardian.output import open_store
from wardian.runs.folder import RunFolder
from wardian.runs.hangs import HangNotes
from wardian.runs.leases.leased_pay import leased
from wardian.runs.player import Player
from wardian.runs.steps.client import MayPay, always
from wardian.runs.steps.steps import Steps
from wardian.runs.supervision import Supervision
from wardian.scoring.opening import opened_scorers
from wardian.scoring.score import Scored
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec
from wardian.specs.secrets import api_key, check_keys, without_keys

__all__ = [
    "WorkOrder",
    "budget_places",
    "check_endpoints",
    "open_models",
    "open_play",
    "opened_budgets",
]


class WorkOrder(Frozen):
    """Everything that a worker needs to know; no secrets, they are found where the worker runs.

    `run` is the run's id, by which its metrics are found.
    `roots` are the folders of packs where the order was made; on another machine the worker looks in its own
    as well, and `digests` (by the environments' names) make sure that it finds the same packs.
    `store` is where answers of models are written down before they are used, and records of episodes; `hangs` where a
    worker notes which episode it dies of; None: nowhere.
    """

    job: JobSpec
    run: str = ""
    servers: dict[str, RunningServer] = {}
    roots: tuple[Path, ...] = ()
    digests: dict[str, str] = {}
    budgets: dict[str, BudgetPlace] = {}
    store: str | None = None
    hangs: Path | None = None

    @property
    def lease_s(self) -> float:
        """How long a worker may be silent before others play its episodes, in seconds."""
        executor = self.job.executor
        return executor.lease_s if executor.kind == "ray" else math.inf

    @property
    def patience(self) -> Patience:
        """A worker must not be given up before it has found out which episode holds it up."""
        if self.lease_s == math.inf:
            return Patience()
        return Patience(block_s=0.4 * self.lease_s, grace_s=min(0.3 * self.lease_s, Patience().grace_s))

    @property
    def pool(self) -> PoolSpec:
        """The models with the places where they answer, now that the servers run."""
        return PoolSpec.of(self.job.called, self.servers)

    def secrets(self, environ: Mapping[str, str]) -> Secrets:
        """Where the models' keys come from: the variables that the config names."""
        places = self.job.deployments
        return lambda name: api_key(places[name], environ)


@asynccontextmanager
async def open_play(
    order: WorkOrder,
    quota: Quota,
    environ: Mapping[str, str],
    network: Carrier | None = None,
    *,
    budgets: Budgets | None = None,
    may_pay: MayPay = always,
) -> AsyncIterator[Player]:
    """Connections, packs and agents, once; then a function that plays one episode after another.

    Args:
        order: what to play with.
        quota: admission to the models' rate limits.
        environ: where the API keys are; without these, programs of one's own find it as well.
        network: replaces the real one, for tests and benchmarks.
        budgets: what calls are paid with; must be given when the job has a budget.
        may_pay: returns as soon as a call may begin that has to be paid.

    Raises:
        ConfigError: when a pack, a scorer or a model cannot be opened.
    """
    clock = SystemClock()
    pay_for = _pay_for(order.job, budgets, may_pay)
    packs = load_packs(order.job, (*order.roots, *bundled_roots()))
    _check_digests(packs, order.digests)
    worlds = {environment.label: environment for environment in order.job.environments}
    notes = HangNotes(order.hangs)
    watchdog = Watchdog(notes.last_word, patience=order.patience)
    supervision = Supervision(watchdog, order.job.limits, opened_scorers(order.job.scorers))
    async with AsyncExitStack() as stack:
        stack.enter_context(watchdog.watching())
        opened = ModelPool.open(order.pool, order.secrets(environ), quota, watchdog.clock, network, pay_for=pay_for)
        pool = await stack.enter_async_context(opened)
        replies = stack.enter_context(ReplyStore(Path(order.job.cache.folder), clock))
        kept = None if order.job.cache.replays else order.store  # those answers are written down already
        store = open_store(kept, environ)
        steps = await stack.enter_async_context(Steps(store, clock, order.job.durability, may_pay))

        def opened_for(job: JobSpec) -> dict[str, ModelClient]:
            return opened_clients(job, pool, replies, watchdog.clock, steps.client)

        clients = opened_for(order.job)
        cast = Cast(order.job, clients, opened_for, without_keys(order.job, environ))

        async def play(spec: EpisodeSpec) -> Scored:
            if (lost := notes.result(spec, clock.now())) is not None:
                return lost
            pack, task = packs[spec.environment.name], spec.task.id
            world = worlds[spec.environment.name]
            supervised = supervision.environment(spec, lambda: pack.environment(task))

            async def once() -> Episode:
                async with cast.agent(spec.agent, lambda: pack.reference(task)) as agent:
                    stopwatch = Stopwatch(watchdog.clock)
                    origin = spec.origin("", clock.monotonic(), stopwatch)
                    make = partial(_around, supervised, world, clients, origin)
                    return await run_episode(spec, make, agent, order.job.limits, clock, stopwatch)

            episode = await (steps.played(spec.key, once) if pack.replay == "exact" else once())
            return await supervision.scored(episode)

        yield Player(play, pool.gauges, steps, notes)


@asynccontextmanager
async def open_models(
    order: WorkOrder, quota: Quota, environ: Mapping[str, str], *, budgets: Budgets | None = None
) -> AsyncIterator[tuple[dict[str, ModelClient], Tariffs]]:
    """Everybody whom the job's agents may ask, and their prices, for whoever asks them outside of any episode.

    Args:
        order: whose models.
        quota: admission to the models' rate limits.
        environ: where the API keys are.
        budgets: what calls are paid with; must be given when the job has a budget.

    Raises:
        ConfigError: when a model cannot be opened.
    """
    clock = SystemClock()
    pay_for = _pay_for(order.job, budgets, always)
    opened = ModelPool.open(order.pool, order.secrets(environ), quota, clock, pay_for=pay_for)
    async with opened as pool:
        with closing(ReplyStore(Path(order.job.cache.folder), clock)) as replies:
            yield opened_clients(order.job, pool, replies, clock, lambda client: client), tariffs_of(order.job)


def budget_places(job: JobSpec, folder: RunFolder, environ: Mapping[str, str]) -> dict[str, BudgetPlace]:
    """Where the budgets of the run in `folder` are kept, by their keys in the config; an account's by its key's hash.

    Raises:
        CredentialError: when the key of an account is not there.
    """
    places: dict[str, BudgetPlace] = {}
    for key, spec in job.budgets.items():
        variable = key.removeprefix("accounts.") if key.startswith("accounts.") else None
        place = next((each for each in job.deployments.values() if each.spec.api_key_env == variable), None)
        if variable is None:
            places[key] = BudgetPlace(spec=spec, path=folder.budget)
        elif place is not None:
            account = account_of(api_key(place, environ) or "")
            places[key] = BudgetPlace(spec=spec, path=folder.accounts / f"{account}.log", account=variable)
    return places


@asynccontextmanager
async def opened_budgets(order: WorkOrder, holder: str) -> AsyncIterator[Budgets]:
    """The budgets of a process that keeps the files itself; in the end, what was not spent goes back.

    `holder` is a name that no other process had before.

    Raises:
        ConfigError: when a file cannot be opened.
    """
    clock = SystemClock()
    with closing(BudgetBooks(order.budgets, clock)) as books:
        budgets = Budgets(order.budgets, books.exchange, holder, clock)
        try:
            yield budgets
        finally:
            await budgets.close()


def _pay_for(job: JobSpec, budgets: Budgets | None, may_pay: MayPay) -> PayFor:
    if budgets is None and job.budgets:
        raise InfraError("the job has a budget, and nobody opened it")
    pay_for = for_nothing if budgets is None else budgets.pay
    return pay_for if may_pay is always else lambda spec: leased(pay_for(spec), may_pay)


async def check_endpoints(job: JobSpec, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Ask every endpoint whether it is there and takes the key; see that servers and recorded replies are here.

    The answer is what a user should know, although the run can do without it.

    Raises:
        CredentialError: when a key is missing or refused.
        ConfigError: when nobody answers, a server of the job's own is not installed, or there is nothing to replay.
    """
    check_folder(job.cache)
    check_installed(job)
    check_keys(job, environ)
    pool_spec, clock = PoolSpec.outside(job.called), SystemClock()
    secrets = WorkOrder(job=job).secrets(environ)
    async with ModelPool.open(pool_spec, secrets, LocalQuota({}, clock), clock) as pool:
        return (*job.warnings, *await pool.preflight())


def _check_digests(packs: Mapping[str, Pack], expected: Mapping[str, str]) -> None:
    for name, digest in expected.items():
        if packs[name].digest != digest:
            raise ConfigError(f"environment '{name}': the pack on this machine is not the one that was planned with")


def _around(
    make: Callable[[], Environment], world: EnvironmentSpec, clients: Mapping[str, ModelClient], origin: Origin
) -> Environment:
    """The task's environment, and around it what the job does to it: models may take longer than tools."""
    environment = make()
    if world.stress is not None:
        environment = StressedWorld(environment, world.stress)
    if (user := world.user) is not None:
        voice = Voice(clients[user.model], user.manner, user.sampling, user.tries)
        environment = VoicedWorld(environment, voice, origin)
    return environment
