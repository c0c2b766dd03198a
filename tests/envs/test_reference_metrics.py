"""A reference gets everywhere, breaks nothing and claims nothing false: metrics that blame it would blame anybody."""

from pathlib import Path

import pytest
from support.scores import scores_of

from wardian.certification.trial import tried
from wardian.environments.packs import load_pack
from wardian.episodes.record import Acted
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
async def test_who_does_nothing_gets_nowhere_and_does_no_harm(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), [ENVS])
    for card in pack.tasks()[:TASKS]:
        scores = await scores_of(await tried(pack, card, ()))
        assert scores["goal_progress"].value == 0.0, card
        assert (scores["progress_auc"].value, scores["gave_up"].value) == (0.0, 1.0), card
        assert {each: scores[each].value for each in ("side_effects", "violations") if scores[each].value} == {}, card


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
