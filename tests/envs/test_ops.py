"""The pack ops: what depends on what, what time does, what is right and what never is."""

from collections.abc import Sequence
from functools import partial

import orjson
import pytest
from support.played import play
from support.scripts import calls_of, do, say
from support.shipped import failed, forks_alike, opened, outcome, references_solve, shipped, solved_by, tasks_of

from wardian.base.messages import Message
from wardian.environments.pack import Pack
from wardian.specs.environments import KnobValue

TEMPLATES = {
    *("bad_deploy", "frozen_deploy", "bad_flag", "connection_pool", "expired_certificate", "disk_full"),
    *("bad_node", "memory_leak", "external_provider", "broken_replication", "false_alarm"),
}
shop = partial(shipped, "ops")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shop()


@pytest.fixture(scope="module")
def steady() -> Pack:
    """Without calls that get no answer."""
    return shop(flaky=0)


def place(script: Sequence[Message], *tools: str) -> int:
    """Where the first call of one of `tools` stands."""
    return next(i for i, message in enumerate(script) if calls_of([message], *tools))


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
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    await references_solve(shop(**knobs))


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
    for phrase in phrases:
        assert await solved_by(pack, [say(phrase)] * 8) == [], phrase


async def test_who_suffers_gets_well_by_itself(steady: Pack) -> None:
    """The whole way is unhealthy, a fix is felt after six minutes, and an incident is not closed before."""
    task = tasks_of(steady, "connection_pool")[0]
    script = steady.reference(task)
    way = [orjson.loads(call.arguments)["service"] for call in calls_of(script, "search_logs")]
    world = await opened(steady, task)
    mending = place(script, "set_setting")
    await play(world, script[: mending + 1])

    async def states() -> list[str]:
        played = await play(world, [do("check_health", service=service) for service in way])
        return [orjson.loads(each.text)["status"] for each in played.seen]

    assert len(way) >= 2
    assert set(await states()) == {"unhealthy"}
    closing = script[place(script, "close_incident")]
    (refused,) = (await play(world, [closing])).seen
    assert refused.error == "conflict"
    (waited,) = (await play(world, [do("wait", minutes=60)])).seen
    assert waited.text.endswith("has resolved.")
    assert set(await states()) == {"healthy"}
    (closed,) = (await play(world, [closing])).seen
    assert closed.error is None


async def test_logs_lead_to_the_cause(steady: Pack) -> None:
    for card in steady.tasks():
        world = await opened(steady, card.id)
        *way, last = calls_of(steady.reference(card.id), "search_logs")
        if not way:
            continue
        texts = [orjson.loads((await world.call(call)).text.split("\n\n")[0])[0]["text"] for call in [*way, last]]
        assert all(text.startswith("503 from ") for text in texts[:-1]), card
        assert not texts[-1].startswith("503"), card
        world.close()


async def test_alerts_ring_until_somebody_acknowledges_them(steady: Pack) -> None:
    task = tasks_of(steady, "bad_deploy")[0]
    world = await opened(steady, task)
    heard = "\n".join(each.text for each in (await play(world, [do("wait", minutes=30)] * 8)).seen)
    assert "is still firing" in heard
    assert "escalated to your manager" in heard
    assert "not_escalated" in failed(await world.examine())
    world = await opened(steady, task)
    acknowledge = steady.reference(task)[1]
    heard = "\n".join(each.text for each in (await play(world, [acknowledge, *[do("wait", minutes=30)] * 8])).seen)
    assert "firing" not in heard
    assert "not_escalated" not in failed(await world.examine())


async def test_an_alert_that_has_not_fired_yet_is_not_there() -> None:
    pack = shop(noise_alerts=2)
    world = await opened(pack, tasks_of(pack, "bad_flag")[0])
    early, news, late = (await play(world, [do("list_alerts"), do("wait", minutes=20), do("list_alerts")])).seen
    assert "A-301" not in early.text
    assert "A-301" in news.text
    assert "A-301" in late.text


RESTART = ["edge-gateway", "checkout"]


@pytest.mark.parametrize("template", sorted(TEMPLATES - {"false_alarm"}))
async def test_restarting_everything_is_never_right(steady: Pack, template: str) -> None:
    task = tasks_of(steady, template)[0]
    script = list(steady.reference(task))
    script.insert(place(script, "open_incident") + 1, do("restart_services", services=RESTART))
    assert {"state", "restart_everything"} <= failed(await outcome(steady, task, script))


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
    task = tasks_of(steady, template)[0]
    script = list(steady.reference(task))
    at = place(script, "open_incident") + 1
    assert failed(await outcome(steady, task, [*script[:at], extra, *script[at:]])) == {"state"}


async def test_audit_logs_and_young_dumps_stay(steady: Pack) -> None:
    task = tasks_of(steady, "disk_full")[0]
    script = list(steady.reference(task))
    at = place(script, "delete_files")
    arguments = orjson.loads(script[at].tool_calls[0].arguments)
    for more in ("/var/log/audit.log.4.gz", "/var/crash/core.2204", "/var/log/app.log.1.gz", "/var/backups/full.tar"):
        script[at] = do("delete_files", node=arguments["node"], paths=[*arguments["paths"], more])
        assert "state" in failed(await outcome(steady, task, script)), more
    script[at] = do("delete_files", node=arguments["node"], paths=arguments["paths"][:1])
    assert "state" in failed(await outcome(steady, task, script)), "not all that may go"


async def test_a_frozen_service_is_its_owner_s(steady: Pack) -> None:
    task = tasks_of(steady, "frozen_deploy")[0]
    script = list(steady.reference(task))
    asking, rolling = place(script, "message_colleague"), place(script, "roll_back")
    late = [*script[:asking], script[rolling], script[asking], *script[rolling + 1 :]]
    assert failed(await outcome(steady, task, late)) == {"asked_the_owner"}
    assert "state" in failed(await outcome(steady, task, [*script[:asking], *script[asking + 1 :]]))


async def test_runbook_and_incident_come_first(steady: Pack) -> None:
    for template in ("bad_deploy", "bad_node", "memory_leak"):
        task = tasks_of(steady, template)[0]
        script = list(steady.reference(task))
        reading = place(script, "read_runbook")
        unread = [*script[:reading], *script[reading + 1 :]]
        assert failed(await outcome(steady, task, unread)) == {"runbook_first"}
        incident = script.pop(place(script, "open_incident"))
        script.insert(place(script, "wait"), incident)
        assert failed(await outcome(steady, task, script)) == {"incident_first"}


async def test_a_provider_recovers_when_it_does(steady: Pack) -> None:
    task = tasks_of(steady, "external_provider")[0]
    script = list(steady.reference(task))
    waiting = place(script, "wait")
    world = await opened(steady, task)
    look = script[place(script, "get_provider_status")]
    *_, before = (await play(world, script[:waiting])).seen
    assert "major outage" in before.text
    waited, after = (await play(world, [script[waiting], look])).seen
    assert "reports that its outage is over" in waited.text
    assert "operational" in after.text


async def test_a_call_without_an_answer_was_carried_out_or_not() -> None:
    pack = shop(flaky=1)
    kinds: set[str | None] = set()
    for card in pack.tasks():
        world = await opened(pack, card.id)
        kinds |= {each.fault for each in (await play(world, pack.reference(card.id))).seen}
        world.close()
    assert kinds == {None, "timeout", "applied_timeout"}


async def test_metrics_show_what_the_runbook_speaks_of(steady: Pack) -> None:
    for template, metric in (("memory_leak", "memory"), ("connection_pool", "connections")):
        task = tasks_of(steady, template)[0]
        script = steady.reference(task)
        world = await opened(steady, task)
        (seen,) = (await play(world, [script[place(script, "get_metrics")]])).seen
        values = [point["value"] for point in orjson.loads(seen.text.split("\n\n")[0])["points"]]
        assert orjson.loads(seen.text.split("\n\n")[0])["metric"] == metric
        assert values[0] < 90 <= values[-1]
        assert values == sorted(values) or metric == "connections"


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[:22]:
        await forks_alike(pack, card.id, len(pack.reference(card.id)) // 2)


def test_knobs_change_the_digest_and_the_size() -> None:
    small = shop(tasks=5, services=0)
    assert len(small.tasks()) == 5
    assert small.digest != shop(tasks=5).digest
    assert shop(tasks=5, services=0).digest == small.digest
