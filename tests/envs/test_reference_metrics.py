"""A reference gets everywhere, breaks nothing and claims nothing false: metrics that blame it would blame anybody."""

import re
from pathlib import Path

import pytest
from support.scores import scores_of

from wardian.base.messages import Message
from wardian.certification.trial import tried
from wardian.environments.packs import load_pack
from wardian.environments.reading import read
from wardian.episodes.record import Acted
from wardian.scoring.walk import Walk
from wardian.simulator.phrases import GIVING_UP
from wardian.specs.environments import EnvironmentSpec

ENVS = Path(__file__).resolve().parents[2] / "envs"
PACKS = ["bank", "demo_programs", "device_support", "helpdesk", "library", "office", "openapi_demo", "ops"]
PACKS += ["retail", "sqlops", "workspace"]
TASKS = 12

REACHED = ("success", "goal_progress", "diff_f1", "clean", "spl")
BLAMED = [
    "missing_effects",
    "side_effects",
    "transient_side_effects",
    "read_overhead",
    "nonexistent_ref",
    "false_claim",
    "violations",
    "gave_up",
]
BLAMED += ["gave_up", "repeated_questions", "unanswered_questions", "premature_end"]


def _may_write(event: Acted) -> bool:
    """Whether the call's tool may change something, or the call did before its answer was lost."""
    return bool(event.observation.writes or event.observation.changes)


@pytest.mark.parametrize("name", PACKS)
async def test_the_reference_of_a_pack_is_praised(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    for card in pack.tasks()[:TASKS]:
        scores = await scores_of(await tried(pack, card, pack.reference(card.id)))
        assert scores["goal_progress"].value is not None
        assert {each: scores[each].value for each in REACHED if scores[each].value not in (None, 1.0)} == {}, card
        assert {each: scores[each].value for each in BLAMED if scores[each].value} == {}, card


@pytest.mark.parametrize("name", PACKS)
async def test_no_reference_of_a_pack_uses_an_id_that_nobody_told_it(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    for card in pack.tasks():
        scores = await scores_of(await tried(pack, card, pack.reference(card.id)))
        assert (scores["ungrounded_args"].value, scores["ungrounded_args"].explanation) == (0.0, ""), card


@pytest.mark.parametrize("name", PACKS)
async def test_who_does_nothing_gets_nowhere_and_does_no_harm(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    for card in pack.tasks()[:TASKS]:
        scores = await scores_of(await tried(pack, card, ()))
        assert scores["goal_progress"].value == 0.0, card
        assert (scores["progress_auc"].value, scores["gave_up"].value) == (0.0, 1.0), card
        assert not scores["side_effects"].value, card
        kept_back = scores["violations_handoff_when"].value or 0.0  # who says nothing hands nobody over either
        assert (scores["violations"].value or 0.0) == kept_back, card


@pytest.mark.parametrize("name", ["bank", "library", "retail"])
async def test_writes_without_a_yes_are_found_where_they_happened(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    met = 0
    for card in pack.tasks()[:TASKS]:
        rash = [message for message in pack.reference(card.id) if message.tool_calls]
        record = await tried(pack, card, rash)
        score = (await scores_of(record))["violations_confirm_before_write"]
        writes = [place for place, event in enumerate(record.events) if event.kind == "acted" and _may_write(event)]
        assert set(score.evidence) <= set(writes), card
        met += len(score.evidence)
    assert met >= 3


@pytest.mark.parametrize("name", ["bank", "retail"])
async def test_a_due_no_is_no_giving_up_where_something_else_went_wrong(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    due = 0
    for card in pack.tasks():
        rash = [each for each in pack.reference(card.id) if each.tool_calls or not read(each.content).proposes]
        record = await tried(pack, card, rash)
        scores = await scores_of(record)
        said = read(Walk.of(record).texts[-1][1])
        if said.denies or said.hands_over:
            due += not scores["success"].value
            assert scores["gave_up"].value == 0.0, card
        given_up = await tried(pack, card, [*rash[:1], Message(role="assistant", content=GIVING_UP[0])])
        assert (await scores_of(given_up))["gave_up"].value == 1.0, card
    assert due >= 3


@pytest.mark.parametrize("name", ["bank", "device_support", "retail"])
async def test_who_hands_over_what_is_not_due_or_keeps_what_is_breaks_that_rule(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    broken = kept = 0
    for card in pack.tasks():
        script = pack.reference(card.id)
        calls = [call for message in script for call in message.tool_calls]
        due = any(call.name == "transfer_to_human" for call in calls)
        score = (await scores_of(await tried(pack, card, () if due else script)))["violations_handoff_when"]
        assert score.value == float(due), card
        broken, kept = broken + due, kept + (not due)
    assert broken
    assert kept


@pytest.mark.parametrize("name", ["bank", "retail"])
async def test_a_wrong_amount_and_a_false_claim_are_found(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    planted = found = 0
    for card in pack.tasks()[:TASKS]:
        script = list(pack.reference(card.id))
        claim = Message(role="assistant", content="I have cancelled everything for you.")
        claiming = await scores_of(await tried(pack, card, [claim, *script]))
        assert (claiming["false_claim"].value, claiming["false_claim"].explanation) == (1.0, ""), card
        told = [number for number, message in enumerate(script) if not message.tool_calls and "$" in message.content]
        if told:
            wrong = script[told[-1]]
            text = re.sub(r"\$[\d,]+(\.\d+)?", f"${1_000 + 37 * planted}.{41 + planted}", wrong.content, count=1)
            script[told[-1]] = wrong.model_copy(update={"content": text})
            planted += 1
            found += ((await scores_of(await tried(pack, card, script)))["unsupported_number"].value or 0) > 0
    assert planted >= 5
    assert found >= 0.9 * planted
