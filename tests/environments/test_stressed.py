"""Any world can be made harder from outside, in the same way whenever the same episode is played."""

from collections import Counter

import pytest

from wardian.base.messages import Message, ToolCall
from wardian.environments.packs import bundled_roots, load_pack
from wardian.environments.stressed import StressedWorld
from wardian.specs.environments import EnvironmentSpec, StressSpec

PACK = load_pack(EnvironmentSpec(pack="library"), bundled_roots())
TASK = PACK.tasks()[0].id


async def opened(seed: int = 1, **stress: object) -> tuple[StressedWorld, list[Message]]:
    world = StressedWorld(PACK.environment(TASK), StressSpec.model_validate(stress))
    return world, list(await world.open(seed))


def lookup(name: str) -> ToolCall:
    return ToolCall(id="c", name=name, arguments='{"card": "7001"}')


async def test_tools_that_say_nothing_still_work() -> None:
    world, _ = await opened(hide="both")
    looking, renewing = world.tools()
    assert looking.name.startswith("fn_")
    assert looking.description == "Function 1."
    assert looking.parameters == PACK.environment(TASK).tools()[0].parameters
    assert "Middlemarch" in (await world.call(lookup(looking.name))).text
    assert (await world.call(lookup("list_loans"))).error is None, "a policy may speak of it"
    assert (await world.call(lookup("fn_000000"))).error == "unknown_tool"
    again, _ = await opened(hide="names")
    assert [tool.name for tool in again.tools()] == [looking.name, renewing.name]
    other, _ = await opened(seed=2, hide="names")
    assert other.tools()[0].name != looking.name


async def test_a_policy_is_padded_with_other_things() -> None:
    _, plain = await opened()
    _, padded = await opened(padding_words=500)
    assert padded[0].content.startswith(plain[0].content)
    assert 500 <= len(padded[0].content.split()) - len(plain[0].content.split()) < 520
    assert padded[1:] == plain[1:]


async def test_calls_go_wrong_at_the_rate_and_in_the_ways_that_are_asked_for() -> None:
    world, _ = await opened(fault_rate=0.4, faults=("timeout", "malformed"))
    copy, _ = await opened()
    faults = Counter([(await world.call(lookup("list_loans"))).fault for _ in range(300)])
    assert set(faults) == {None, "timeout", "malformed"}
    assert 150 <= faults[None] <= 210
    copy = StressedWorld(PACK.environment(TASK), StressSpec(fault_rate=0.4, faults=("timeout", "malformed")))
    copy.restore(world.snapshot())
    assert [await world.call(lookup("list_loans")) for _ in range(20)] == [
        await copy.call(lookup("list_loans")) for _ in range(20)
    ]


async def test_a_call_that_was_carried_out_and_not_answered() -> None:
    world, _ = await opened(fault_rate=1.0, faults=("applied_timeout",))
    loan = ToolCall(id="c", name="renew_loan", arguments='{"loan_id": "L70010"}')
    seen = await world.call(loan)
    assert (seen.error, seen.fault) == ("timeout", "applied_timeout")
    assert seen.changes
    assert (await world.examine()).actual == seen.changes


def test_what_only_a_pack_can_do_is_refused() -> None:
    with pytest.raises(ValueError, match="'stale' cannot be made from outside"):
        StressSpec(faults=("stale",))


async def test_calls_that_were_refused_count_among_the_actions_of_the_findings() -> None:
    stress = StressSpec(fault_rate=0.5, faults=("timeout",))
    world = StressedWorld(PACK.environment(TASK), stress)
    await world.open(2)
    await world.reply("One moment.")
    renew = ToolCall(id="c", name="renew_loan", arguments='{"loan_id": "L70010"}')
    observed = [await world.call(renew) for _ in range(6)]
    rash = [number for number, seen in enumerate(observed, start=1) if seen.changes]
    assert observed[0].fault is not None, "else nothing is shifted"
    assert rash
    copy = StressedWorld(PACK.environment(TASK), stress)
    copy.restore(world.snapshot())
    for findings in (await world.examine(), await copy.examine()):
        (broken,) = (check for check in findings.checks if check.rule == "confirm_before_write")
        assert broken.actions == tuple(rash)
