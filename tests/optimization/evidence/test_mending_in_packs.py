"""Mistakes of each kind, made on purpose in a shipped pack: which of them are seen to lose the episode."""

from collections.abc import Sequence

import pytest
from support.scripts import but, calls_of, do, make, without, without_asking

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.messages import Message, ToolCall
from wardian.certification.trial import LIMITS
from wardian.environments.packs import bundled_roots, load_packs
from wardian.episodes.runner import run_episode
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.evidence.reading import read
from wardian.optimization.evidence.trajectories import TrajectoryDiagnostician
from wardian.optimization.evidence.trials import try_all
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.plan import Plan
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec

TASK = "003_move_order_and_return_item"
JOB = JobSpec.model_validate(
    {"name": "j", "environments": [{"pack": "retail", "tasks": [TASK]}], "agents": [{"kind": "idle"}]}
)
PACKS = load_packs(JOB, bundled_roots())
WORLDS = PackWorlds(JOB, References.planned(JOB, PACKS))
REFERENCE = tuple(PACKS["retail"].reference(TASK))
(MOVE,) = calls_of(REFERENCE, "change_address")
(RETURN,) = calls_of(REFERENCE, "return_items")
BAD_GUESS = do("get_order", order_id="W1")


async def played(script: Sequence[Message], turns: int = 40) -> Scored:
    """The task, by somebody who goes by `script`."""
    (spec,) = Plan(JOB, PACKS)
    agent, limits = ScriptAgent(script, "somebody"), LIMITS.model_copy(update={"turns": turns})
    make = PACKS["retail"].environment
    return Scored(episode=await run_episode(spec, lambda: make(TASK), agent, limits, SystemClock()))


async def diagnosed(script: Sequence[Message], turns: int = 40) -> dict[str, Evidence]:
    """The evidence of that episode, by its name."""
    found = await TrajectoryDiagnostician(WORLDS).diagnose([await played(script, turns)], 1)
    return {each.name: each for each in found}


def saved(found: dict[str, Evidence]) -> dict[str, str]:
    """What would have been right, of the mistakes that lost the episode."""
    return {name: each.excerpts[0].mended for name, each in found.items() if each.counterfactual.holds}


def replaced(script: Sequence[Message], old: Message, *new: Message) -> list[Message]:
    return [each for message in script for each in (new if message == old else (message,))]


async def test_who_does_not_ask_should_have_asked() -> None:
    ((name, mended),) = saved(await diagnosed(without_asking(REFERENCE))).items()
    assert name.startswith("policy_violation(confirmed_before_write)")
    assert mended.startswith("before it: say “")


@pytest.mark.parametrize("call", [MOVE, RETURN])
async def test_a_call_that_is_missing_should_have_been_made(call: ToolCall) -> None:
    ((cluster, mended),) = saved(await diagnosed(without(REFERENCE, call.name))).items()
    assert cluster.startswith(("missing_call", "premature_stop"))
    assert spelt(call) in mended


async def test_two_wrong_calls_lose_it_together() -> None:
    """Mending one is not enough; mending both is, and mending either alone is not: so each was needed."""
    one = replaced(REFERENCE, make(MOVE), make(but(MOVE, zip="00000")))
    two = replaced(one, make(RETURN), make(but(RETURN, refund_to="PM000000")))
    (reading,) = await read([await played(two)], WORLDS)
    trials = {trial.symptom.name: trial for trial in await try_all(reading, WORLDS)}
    for name, call in (("wrong_args(zip)", MOVE), ("wrong_args(refund_to)", RETURN)):
        assert (trials[name].outcome, trials[name].mended) == ("flipped", f"in its place: {spelt(call)}")


async def test_one_of_two_mistakes_that_is_harmless_is_not_needed() -> None:
    script = replaced(REFERENCE, make(MOVE), make(but(MOVE, zip="00000")))
    (reading,) = await read([await played([*script[:2], BAD_GUESS, *script[2:]])], WORLDS)
    outcomes = {trial.symptom.name: trial.outcome for trial in await try_all(reading, WORLDS)}
    assert (outcomes["wrong_args(zip)"], outcomes["hallucinated_id(order_id)"]) == ("flipped", "stayed")


async def test_a_guess_that_was_got_over_lost_nothing() -> None:
    script = [*REFERENCE[:2], BAD_GUESS, *without_asking(REFERENCE[2:])]
    found = await diagnosed(script)
    guess = next(each for name, each in found.items() if name.startswith("hallucinated_id"))
    assert guess.counterfactual.holds is False
    assert list(saved(found)) == [name for name in found if name.startswith("policy_violation")]


async def test_turns_that_were_wasted_are_missing_in_the_end() -> None:
    script = [REFERENCE[0], *[BAD_GUESS] * 6, *REFERENCE[1:]]
    found = await diagnosed(script, turns=len(REFERENCE) + 1)
    assert "in its place: nothing" in saved(found).values()
    assert not saved(await diagnosed(script, turns=len(REFERENCE) + 6)), "it succeeds with as many turns as it takes"


def spelt(call: ToolCall) -> str:
    return f"call {call.name} {call.arguments}"
