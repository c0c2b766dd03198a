"""A reflection model over HTTP: the simulated provider reads what the proposer writes, alone and in a fusion."""

import httpx
from support.proposals import CANCEL, CHAMPION, EVIDENCE, Keeping, assigned

from wardian.base.clock import SystemClock
from wardian.base.messages import Sampling
from wardian.clients import clients_of
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.optimization.proposals.edit import Candidate, Refused
from wardian.optimization.proposals.reflection import ReflectionProposer
from wardian.simulator.app import SimulatorApp
from wardian.simulator.playbook import NoTasks
from wardian.specs.job import JobSpec

ASK = "Ask the customer to confirm before you change anything."
CURES = [{"mistake": "policy_violation", "removes": "never ask", "rule": ASK}]
SKILL = {"reflecting": {"cures": CURES, "accuracy": 1.0}}
PLACE = {"base_url": "sim://simulator", "price": {"input": 1, "output": 1}}
JOB = JobSpec.model_validate(
    {
        "name": "reflection",
        "environments": [{"pack": "retail", "tasks": 1}],
        "servers": {"sim": {"kind": "simulator", "skills": {"wise": SKILL, "fond": SKILL, "mute": {}}}},
        "models": {name: {**PLACE, "model": name} for name in ("wise", "fond", "mute")},
        "fusions": {"council": {"members": ["wise", "fond"]}},
        "agents": [{"name": name, "model": name} for name in ("wise", "mute")]
        + [{"name": "council", "model": "fusion/council"}],
    }
)


async def proposed(model: str) -> Candidate | Refused:
    server = JOB.servers["sim"]
    assert server.kind == "simulator"
    network = HttpxWire(httpx.ASGITransport(SimulatorApp(server, NoTasks())))
    clock, spec = SystemClock(), PoolSpec.outside(JOB.called)
    async with ModelPool.open(spec, lambda name: None, LocalQuota(spec.limits, clock), clock, network) as pool:
        clients = clients_of(JOB, pool.client, clock)
        client, sampling = clients[model], Sampling(max_tokens=500)
        return await ReflectionProposer(client, sampling, CHAMPION, (CANCEL,), Keeping(), clock).propose(assigned())


async def test_the_rule_that_does_harm_gives_way_to_the_cure() -> None:
    made = await proposed("wise")
    assert isinstance(made, Candidate)
    assert made.bundle.texts["system"] == f"You help customers of a shop.\n\n- Be brief.\n- {ASK}"
    assert made.edit is not None
    assert (made.edit.cluster, made.parent) == (EVIDENCE.name, CHAMPION.sha)
    assert made.cost_usd
    assert made.tokens > 500


async def test_a_fusion_proposes_as_one_model_does_and_costs_what_its_members_cost() -> None:
    alone, together = await proposed("wise"), await proposed("fusion/council")
    assert isinstance(together, Candidate)
    assert together.bundle == alone.bundle if isinstance(alone, Candidate) else False
    assert together.cost_usd is not None
    assert alone.cost_usd is not None
    assert together.cost_usd >= 2 * alone.cost_usd - 1e-9


async def test_a_model_that_only_talks_is_refused() -> None:
    refused = await proposed("mute")
    assert isinstance(refused, Refused)
    assert "not valid json" in refused.why
