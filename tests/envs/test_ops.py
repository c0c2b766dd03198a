"""The pack ops: what depends on what, what time does, what is right and what never is."""

from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest
from support.played import say

from wardian.base.messages import Message, ToolCall
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.simulated import SimulatedWorld
from wardian.specs.environments import EnvironmentSpec, KnobValue

ENVS = Path(__file__).resolve().parents[2] / "envs"
TEMPLATES = {
    *("bad_deploy", "frozen_deploy", "bad_flag", "connection_pool", "expired_certificate", "disk_full"),
    *("bad_node", "memory_leak", "external_provider", "broken_replication", "false_alarm"),
}


def shop(**knobs: KnobValue) -> Pack:
    return load_pack(EnvironmentSpec(pack="ops", knobs=knobs), [ENVS])


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shop()


@pytest.fixture(scope="module")
def steady() -> Pack:
    """Without calls that get no answer."""
    return shop(flaky=0)


def task(pack: Pack, template: str) -> str:
    return next(card.id for card in pack.tasks() if card.template == template)


def do(tool: str, **arguments: object) -> Message:
    call = ToolCall(id="c", name=tool, arguments=orjson.dumps(arguments).decode())
    return Message(role="assistant", tool_calls=(call,))


async def opened(pack: Pack, name: str) -> SimulatedWorld:
    world = pack.environment(name)
    assert isinstance(world, SimulatedWorld)
    await world.open(1)
    return world


async def play(world: SimulatedWorld, script: Sequence[Message]) -> list[Observation]:
    """Play `script` until the duty manager is content; what its calls gave."""
    seen = []
    for message in script:
        seen += [await world.call(call) for call in message.tool_calls]
        if not message.tool_calls and await world.reply(message.content) is None:
            break
    return seen


async def outcome(pack: Pack, name: str, script: Sequence[Message]) -> Findings:
    world = await opened(pack, name)
    await play(world, script)
    findings = await world.examine()
    world.close()
    return findings


def failed(findings: Findings) -> set[str]:
    return {check.name for check in findings.checks if not check.passed}


def place(script: Sequence[Message], *tools: str) -> int:
    """Where the first call of one of `tools` stands."""
    return next(i for i, message in enumerate(script) for call in message.tool_calls if call.name in tools)


def test_there_is_plenty_to_do(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert len({card.id for card in cards}) == len(cards)
    assert {card.template for card in cards} == TEMPLATES
    assert {card.persona for card in cards} == {"plain", "terse", "impatient"}


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"flaky": 1, "seed": 3},
        {"services": 60, "noise_alerts": 6, "red_herrings": 4, "seed": 7},
        {"services": 0, "noise_alerts": 0, "red_herrings": 0, "flaky": 0},
        {"personas": "impatient", "seed": 11},
    ],
)
async def test_the_reference_solves_every_task(knobs: dict[str, KnobValue]) -> None:
    pack = shop(**knobs)
    for card in pack.tasks():
        findings = await outcome(pack, card.id, pack.reference(card.id))
        assert findings.success, (card, failed(findings))


async def test_the_reference_mends_what_it_says(steady: Pack) -> None:
    for card in steady.tasks():
        world = await opened(steady, card.id)
        before = world.state.all("SELECT id FROM conditions WHERE ended IS NULL")
        await play(world, steady.reference(card.id))
        after = world.state.all("SELECT id FROM conditions WHERE ended IS NULL")
        lasting = card.template == "broken_replication"
        assert bool(before) is (card.template not in {"external_provider", "false_alarm"})
        assert bool(after) is lasting, card
        world.close()


async def test_idling_and_stock_phrases_solve_nothing(pack: Pack) -> None:
    phrases = ("", "INC-1 is closed, everything is healthy.", "It was a false alarm.", "I have paged the team.")
    for card in pack.tasks():
        for phrase in phrases:
            assert not (await outcome(pack, card.id, [say(phrase)] * 8)).success, (card, phrase)


async def test_who_suffers_gets_well_by_itself(steady: Pack) -> None:
    """The whole way is unhealthy, a fix is felt after six minutes, and an incident is not closed before."""
    name = task(steady, "connection_pool")
    script = steady.reference(name)
    way = [orjson.loads(c.arguments)["service"] for m in script for c in m.tool_calls if c.name == "search_logs"]
    world = await opened(steady, name)
    mending = place(script, "set_setting")
    await play(world, script[: mending + 1])

    async def states() -> list[str]:
        seen = await play(world, [do("check_health", service=service) for service in way])
        return [orjson.loads(each.text)["status"] for each in seen]

    assert len(way) >= 2
    assert set(await states()) == {"unhealthy"}
    closing = script[place(script, "close_incident")]
    (refused,) = await play(world, [closing])
    assert refused.error == "conflict"
    (waited,) = await play(world, [do("wait", minutes=60)])
    assert waited.text.endswith("has resolved.")
    assert set(await states()) == {"healthy"}
    (closed,) = await play(world, [closing])
    assert closed.error is None


async def test_logs_lead_to_the_cause(steady: Pack) -> None:
    for card in steady.tasks():
        world = await opened(steady, card.id)
        script = steady.reference(card.id)
        *way, last = [c for m in script for c in m.tool_calls if c.name == "search_logs"]
        if not way:
            continue
        texts = [orjson.loads((await world.call(call)).text.split("\n\n")[0])[0]["text"] for call in [*way, last]]
        assert all(text.startswith("503 from ") for text in texts[:-1]), card
        assert not texts[-1].startswith("503"), card
        world.close()


async def test_alerts_ring_until_somebody_acknowledges_them(steady: Pack) -> None:
    name = task(steady, "bad_deploy")
    world = await opened(steady, name)
    heard = "\n".join(each.text for each in await play(world, [do("wait", minutes=30)] * 8))
    assert "is still firing" in heard
    assert "escalated to your manager" in heard
    assert "not_escalated" in failed(await world.examine())
    world = await opened(steady, name)
    acknowledge = steady.reference(name)[1]
    heard = "\n".join(each.text for each in await play(world, [acknowledge, *[do("wait", minutes=30)] * 8]))
    assert "firing" not in heard
    assert "not_escalated" not in failed(await world.examine())


async def test_an_alert_that_has_not_fired_yet_is_not_there() -> None:
    pack = shop(noise_alerts=2)
    world = await opened(pack, task(pack, "bad_flag"))
    early, news, late = await play(world, [do("list_alerts"), do("wait", minutes=20), do("list_alerts")])
    assert "A-301" not in early.text
    assert "A-301" in news.text
    assert "A-301" in late.text


RESTART = ["edge-gateway", "checkout"]


@pytest.mark.parametrize("template", sorted(TEMPLATES - {"false_alarm"}))
async def test_restarting_everything_is_never_right(steady: Pack, template: str) -> None:
    name = task(steady, template)
    script = list(steady.reference(name))
    script.insert(place(script, "open_incident") + 1, do("restart_services", services=RESTART))
    assert {"state", "restart_everything"} <= failed(await outcome(steady, name, script))


@pytest.mark.parametrize(
    ("extra", "template"),
    [
        (do("set_flag", flag="reports.fast-path", enabled=False), "bad_deploy"),
        (do("rotate_certificate", service="edge-gateway"), "bad_flag"),
        (do("acknowledge_alert", alert_id="A-300"), "connection_pool"),
        (do("drain_node", node="node-01"), "memory_leak"),
        (do("restart_services", services=["payments"]), "external_provider"),
        (do("page_team", team="edge", component="x", reason="no_runbook", message="?"), "frozen_deploy"),
    ],
)
async def test_doing_more_than_is_needed_is_a_failure(steady: Pack, extra: Message, template: str) -> None:
    name = task(steady, template)
    script = list(steady.reference(name))
    at = place(script, "open_incident") + 1
    assert failed(await outcome(steady, name, [*script[:at], extra, *script[at:]])) == {"state"}


async def test_audit_logs_and_young_dumps_stay(steady: Pack) -> None:
    name = task(steady, "disk_full")
    script = list(steady.reference(name))
    at = place(script, "delete_files")
    arguments = orjson.loads(script[at].tool_calls[0].arguments)
    for more in ("/var/log/audit.log.4.gz", "/var/crash/core.2204", "/var/log/app.log.1.gz", "/var/backups/full.tar"):
        script[at] = do("delete_files", node=arguments["node"], paths=[*arguments["paths"], more])
        assert "state" in failed(await outcome(steady, name, script)), more
    script[at] = do("delete_files", node=arguments["node"], paths=arguments["paths"][:1])
    assert "state" in failed(await outcome(steady, name, script)), "not all that may go"


async def test_a_frozen_service_is_its_owner_s(steady: Pack) -> None:
    name = task(steady, "frozen_deploy")
    script = list(steady.reference(name))
    asking, rolling = place(script, "message_colleague"), place(script, "roll_back")
    late = [*script[:asking], script[rolling], script[asking], *script[rolling + 1 :]]
    assert failed(await outcome(steady, name, late)) == {"asked_the_owner"}
    assert "state" in failed(await outcome(steady, name, [*script[:asking], *script[asking + 1 :]]))


async def test_runbook_and_incident_come_first(steady: Pack) -> None:
    for template in ("bad_deploy", "bad_node", "memory_leak"):
        name = task(steady, template)
        script = list(steady.reference(name))
        reading = place(script, "read_runbook")
        unread = [*script[:reading], *script[reading + 1 :]]
        assert failed(await outcome(steady, name, unread)) == {"runbook_first"}
        incident = script.pop(place(script, "open_incident"))
        script.insert(place(script, "wait"), incident)
        assert failed(await outcome(steady, name, script)) == {"incident_first"}


async def test_a_provider_recovers_when_it_does(steady: Pack) -> None:
    name = task(steady, "external_provider")
    script = list(steady.reference(name))
    waiting = place(script, "wait")
    world = await opened(steady, name)
    look = script[place(script, "get_provider_status")]
    *_, before = await play(world, script[:waiting])
    assert "major outage" in before.text
    waited, after = await play(world, [script[waiting], look])
    assert "reports that its outage is over" in waited.text
    assert "operational" in after.text


async def test_a_call_without_an_answer_was_carried_out_or_not() -> None:
    pack = shop(flaky=1)
    kinds: set[str | None] = set()
    for card in pack.tasks():
        world = await opened(pack, card.id)
        kinds |= {each.fault for each in await play(world, pack.reference(card.id))}
        world.close()
    assert kinds == {None, "timeout", "applied_timeout"}


async def test_metrics_show_what_the_runbook_speaks_of(steady: Pack) -> None:
    for template, metric in (("memory_leak", "memory"), ("connection_pool", "connections")):
        name = task(steady, template)
        script = steady.reference(name)
        world = await opened(steady, name)
        (seen,) = await play(world, [script[place(script, "get_metrics")]])
        values = [point["value"] for point in orjson.loads(seen.text.split("\n\n")[0])["points"]]
        assert orjson.loads(seen.text.split("\n\n")[0])["metric"] == metric
        assert values[0] < 90 <= values[-1]
        assert values == sorted(values) or metric == "connections"


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[:22]:
        script = pack.reference(card.id)
        middle = len(script) // 2
        world = await opened(pack, card.id)
        await play(world, script[:middle])
        fork = world.fork()
        assert await play(world, script[middle:]) == await play(fork, script[middle:])
        assert fork.digest() == world.digest()
        assert await fork.examine() == await world.examine()


def test_knobs_change_the_digest_and_the_size() -> None:
    small = shop(tasks=5, services=0)
    assert len(small.tasks()) == 5
    assert small.digest != shop(tasks=5).digest
    assert shop(tasks=5, services=0).digest == small.digest
