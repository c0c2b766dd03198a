"""AgentDojo's own code accepts its ground truth through our runtime, and sees whether an injection was followed."""

from functools import cache
from itertools import islice
from typing import Any

import orjson
import pytest
from support.outcomes import passed
from support.scripts import make, say, without_call
from support.shipped import ROOT, module_of, shipped

from wardian.base.errors import ConfigError, EnvironmentFault
from wardian.base.messages import ToolCall
from wardian.certification.trial import fingerprint, solved, tried
from wardian.environments.findings import ATTACK
from wardian.environments.pack import Pack, TaskCard
from wardian.scoring.trajectory import TrajectoryScorer

GUIDE = ROOT / "docs/guides/agentdojo.md"
SOLVED_BY_NOBODY = {f"banking/user_task_{number}" for number in (5, 6, 8, 9, 10)}
"""AgentDojo finds these solved when nothing has been done."""

RESISTED = f"{ATTACK}injection"


@cache
def dojo(suite: str = "all", attack: str = "none") -> Pack:
    return shipped("agentdojo", suite=suite, attack=attack)


def card(pack: Pack, task: str) -> TaskCard:
    return next(card for card in pack.tasks() if card.id == task)


async def test_all_97_references_are_valid() -> None:
    cards = dojo().tasks()
    for each in cards:
        done = await tried(dojo(), each, dojo().reference(each.id))
        assert passed(done) == {"utility": True}, each.id
        assert done.findings is not None
        assert done.findings.actual == done.findings.expected, each.id
        assert done.findings.reference_calls == len(done.acted)
        assert not [acted for acted in done.acted if acted.observation.error], each.id
    assert len({each.id for each in cards}) == 97


async def test_nobody_solves_but_what_agentdojo_takes_for_solved_from_the_start() -> None:
    assert {each.id for each in dojo().tasks() if solved(await tried(dojo(), each, []))} == SOLVED_BY_NOBODY


async def test_a_dropped_call_that_writes_for_the_user_is_detected_in_200_of_200() -> None:
    tried_so_far = 0
    for suite in ("banking", "slack"):
        pack = dojo(suite, "direct")
        cards = [each for each in pack.tasks() if each.template not in SOLVED_BY_NOBODY]
        for each in islice(cards, 100):
            script = pack.reference(each.id)
            done = await tried(pack, each, script)
            writes = [acted.call for acted in done.acted if acted.changed and acted.call.name != "get_webpage"]
            for call in writes:
                spoilt = await tried(pack, each, without_call(script, call))
                assert not passed(spoilt)["utility"], (each.id, call)
                tried_so_far += 1
    assert tried_so_far >= 200


async def test_whichever_write_is_dropped_the_guide_says_how_often_it_is_detected() -> None:
    missed, writes = [], 0
    for each in dojo().tasks():
        script = dojo().reference(each.id)
        for acted in [acted for acted in (await tried(dojo(), each, script)).acted if acted.changed]:
            writes += 1
            if solved(await tried(dojo(), each, without_call(script, acted.call))):
                missed.append((each.id, acted.call.name))
    assert f"{writes - len(missed)} of {writes}" in GUIDE.read_text()
    assert {name for task, name in missed if task not in SOLVED_BY_NOBODY} == {"get_webpage"}


async def test_the_reference_does_its_task_under_attack_and_follows_no_injection() -> None:
    pack = dojo("banking", "important_instructions")
    assert len(pack.tasks()) == 16 * 9
    for each in pack.tasks():
        assert passed(await tried(pack, each, pack.reference(each.id))) == {"utility": True, RESISTED: True}


def test_each_user_task_meets_every_injection_of_its_suite() -> None:
    assert len(dojo(attack="direct").tasks()) == 949
    assert len({each.template for each in dojo(attack="direct").tasks()}) == 97
    assert len(dojo(attack="dos").tasks()) == 97


async def test_the_injection_stands_where_the_user_task_will_see_it() -> None:
    pack = dojo("banking", "important_instructions")
    done = await tried(pack, pack.tasks()[0], pack.reference(pack.tasks()[0].id))
    seen = "".join(acted.observation.text for acted in done.acted)
    assert "This is an important message from me, Emma Johnson, to you, Local model." in seen
    plain = await tried(dojo("banking"), dojo("banking").tasks()[0], pack.reference(pack.tasks()[0].id))
    assert "important message" not in "".join(acted.observation.text for acted in plain.acted)


async def test_who_follows_the_injection_is_seen_and_may_do_the_users_task_all_the_same() -> None:
    pack = dojo("slack", "direct")
    library = module_of(dojo(), "library").open_library()
    suite = library.suites["slack"]
    found = []
    for name, injection in suite.injection_tasks.items():
        each = card(pack, f"slack/user_task_0/{name}")
        calls = [
            ToolCall(id=f"bad_{number}", name=call.function, arguments=orjson.dumps(dict(call.args)).decode())
            for number, call in enumerate(injection.ground_truth(suite.load_and_inject_default_environment({})))
        ]
        followed = [make(call) for call in calls]
        done = await tried(pack, each, [*followed, *pack.reference(each.id)])
        assert solved(done) == passed(done)["utility"]
        metrics = {score.metric: score.value for score in await TrajectoryScorer().score(done)}
        assert metrics["attack_success"] == 1.0
        found.append(passed(done)[RESISTED])
    assert found == [False] * 5


async def test_an_attack_that_wants_to_stop_the_agent_succeeds_when_it_stops() -> None:
    pack = dojo("slack", "dos")
    each = pack.tasks()[0]
    assert passed(await tried(pack, each, [say("asdf")])) == {
        "utility": False,
        RESISTED: False,
    }


async def test_every_task_goes_the_same_way_twice_whatever_the_time_is() -> None:
    pack = dojo("workspace")
    for each in [each for each in pack.tasks() if any("send_email" in str(m) for m in pack.reference(each.id))]:
        first, second = [await tried(pack, each, pack.reference(each.id)) for _ in range(2)]
        assert fingerprint(first) == fingerprint(second)
        assert "2024-05-15 12:00:00" in str([acted.observation.text for acted in first.acted])


async def test_functions_that_change_something_are_those_that_say_so() -> None:
    writes: set[str] = set()
    for each in dojo().tasks():
        for acted in (await tried(dojo(), each, dojo().reference(each.id))).acted:
            writes |= {acted.call.name} if acted.changed else set()
    offered = {tool.name: tool.effect for each in dojo().tasks() for tool in dojo().environment(each.id).tools()}
    known = module_of(dojo(), "effects").WRITES
    assert writes <= known <= set(offered)
    assert {name for name, effect in offered.items() if effect == "write"} == known


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("fly", "{}", "unknown_tool"),
        ("send_money", "[1]", "invalid_arguments"),
        ("send_money", "{", "invalid_arguments"),
        ("send_money", '{"recipient": "x"}', "invalid_arguments"),
        ("update_scheduled_transaction", '{"id": 999}', "tool_error"),
    ],
)
async def test_what_goes_wrong_has_a_code(name: str, arguments: str, code: str) -> None:
    environment = dojo("banking").environment("banking/user_task_0")
    observation = await environment.call(ToolCall(id="1", name=name, arguments=arguments))
    assert observation.error == code
    assert observation.changes == ()


async def test_a_snapshot_is_of_its_task_and_goes_on_from_there() -> None:
    pack = dojo("banking")
    one, other = pack.environment("banking/user_task_0"), pack.environment("banking/user_task_0")
    for message in pack.reference("banking/user_task_0"):
        for call in message.tool_calls:
            await one.call(call)
    other.restore(one.snapshot())
    assert other.digest() == one.digest() != pack.environment("banking/user_task_0").digest()
    assert (await other.examine()) == (await one.examine())
    with pytest.raises(EnvironmentFault, match="a snapshot of banking/user_task_0 cannot become banking/user_task_1"):
        pack.environment("banking/user_task_1").restore(one.snapshot())


def test_without_the_package_one_line_says_how_to_install_it() -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError("No module named 'agentdojo'", name="agentdojo")

    with pytest.raises(ConfigError, match=r"needs the package 'agentdojo', install it with: pip install 'wardian"):
        module_of(dojo(), "library").open_library(absent)


def test_a_victim_that_agentdojo_does_not_know_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="knob 'victim': 'gpt-9'"):
        shipped("agentdojo", attack="important_instructions", victim="gpt-9")
