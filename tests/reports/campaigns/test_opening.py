"""What a campaign must know of those before it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.campaigns import PROMPT, campaign, campaign_folder, campaign_job, gate_record

from wardian.base.errors import ConfigError
from wardian.cli.closing import cancel_run, check_open
from wardian.cli.lineages import TURN, opening_lineage
from wardian.cli.outset import outset
from wardian.optimization.campaign.lineage import Lineage
from wardian.reports.campaigns.kept import campaigns, keep, kept
from wardian.reports.campaigns.opening import OPENING, Opening, Past, lineage_behind, opening
from wardian.runs.folder import RunFolder
from wardian.runs.purpose import keep_purpose
from wardian.specs.job import JobSpec
from wardian.storage.turns import turn

Held = Callable[[RunFolder], RunFolder]


@pytest.fixture
def held() -> Iterator[Held]:
    """Lets a run be played."""
    with ExitStack() as stack:

        def hold(folder: RunFolder) -> RunFolder:
            folder.store.hold()
            stack.callback(folder.store.release)
            return folder

        yield hold


@pytest.fixture
def job(tmp_path: Path) -> JobSpec:
    return campaign_job(tmp_path / "runs")


def test_a_campaign_comes_behind_the_gates_of_those_before_it(job: JobSpec) -> None:
    first, second = campaign_folder(job, 1), campaign_folder(job, 2)
    assert opening_lineage(first, PROMPT, {}) == Lineage()
    keep(first, campaign(name=first.id))
    found = opening_lineage(second, PROMPT, {})
    assert found.gates == 2
    assert found.uses == {"shop/t0": 4, "shop/t1": 4}


def test_a_campaign_that_goes_on_finds_what_it_found_at_first(job: JobSpec) -> None:
    first, second = campaign_folder(job, 1), campaign_folder(job, 2)
    before = opening_lineage(second, PROMPT, {})
    keep(second, campaign([gate_record(1, "futile", 1)], name=second.id))
    opening_lineage(first, PROMPT, {})
    keep(first, campaign(name=first.id))
    assert opening_lineage(second, PROMPT, {}) == before


def test_one_that_is_played_is_counted_with_all_gates_that_it_may_open(job: JobSpec, held: Held) -> None:
    opening_lineage(held(campaign_folder(job, 1)), PROMPT, {})
    assert opening_lineage(held(campaign_folder(job, 2)), PROMPT, {}).gates == 3
    assert opening_lineage(campaign_folder(job, 3), PROMPT, {}).gates == 6


def test_one_that_nobody_plays_and_that_entered_no_gate_counts_none(job: JobSpec) -> None:
    first, second = campaign_folder(job, 1), campaign_folder(job, 2)
    opening_lineage(first, PROMPT, {})
    paused = campaign([], name=first.id).model_copy(update={"stop": None, "candidates": ()})
    keep(first, paused)
    assert opening_lineage(second, PROMPT, {}) == Lineage()
    keep(second, campaign(name=second.id))
    assert opening_lineage(first, PROMPT, {}) == Lineage(gates=2)


def test_one_that_is_behind_a_gate_counts_with_all_until_somebody_gives_it_up(
    job: JobSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = campaign_folder(job, 1), campaign_folder(job, 2)
    opening_lineage(first, PROMPT, {})
    half = campaign([gate_record(1, "futile", 1)], name=first.id)
    candidates = tuple(each.model_copy(update={"gate": None}) for each in half.candidates)
    keep_purpose(first.store, "refine")
    keep(first, half.model_copy(update={"stop": None, "candidates": candidates}))
    assert opening_lineage(second, PROMPT, {}).gates == 3
    cancel_run(first)
    assert capsys.readouterr().out == f"{first.id}: closed; it counts 1 gate in its prompt's lineage\n"
    assert opening_lineage(second, PROMPT, {}).gates == 1
    with pytest.raises(ConfigError, match="was closed by `wardian cancel`"):
        check_open(first)
    with pytest.raises(ConfigError, match="is not being played"):
        cancel_run(first)


def test_a_campaign_that_is_not_the_first_says_which_gate_is_its_next(job: JobSpec) -> None:
    folder, first = campaign_folder(job, 1), campaign_folder(job, 2)
    assert list(outset(folder, job, "", {})) == []
    folder.store.put(OPENING, Opening(prompt=PROMPT, most=3, lineage=Lineage(gates=9)).model_dump_json().encode())
    said = ("lineage", "gate 10 of this prompt's lineage: 9 before it, alpha 0.0003")
    assert list(outset(folder, job, "", {})) == [said]
    first.store.put(OPENING, Opening(prompt=PROMPT, most=3).model_dump_json().encode())
    assert list(outset(first, job, "", {})) == []


def test_a_gate_that_nobody_finished_is_counted_by_who_entered_it() -> None:
    ended = campaign([], name="a")
    entered = ended.candidates[0].model_copy(update={"gate": 2})
    record = ended.model_copy(update={"candidates": (entered,), "stop": "futile"})
    assert Past(id="a", opening=Opening(prompt=PROMPT, most=3), record=record).last_gate == 2


@pytest.mark.parametrize("stop", ["budget", "wall_clock"])
def test_one_that_may_go_on_with_more_is_counted_with_all_gates_that_it_may_open(stop: str) -> None:
    record = campaign([gate_record(1, "futile", 0)], name="a").model_copy(update={"stop": stop})
    assert Past(id="a", opening=Opening(prompt=PROMPT, most=3), record=record).last_gate == 3


async def test_one_that_begins_while_another_looks_finds_it(job: JobSpec, held: Held) -> None:
    first, second = held(campaign_folder(job, 1)), campaign_folder(job, 2)
    with turn(second.path.parent / TURN):
        waiting = asyncio.create_task(asyncio.to_thread(opening_lineage, second, PROMPT, {}))
        await asyncio.wait([waiting], timeout=0.1)
        assert opening(second) is None
        first.store.put(OPENING, Opening(prompt=PROMPT, most=3).model_dump_json().encode())
    assert (await waiting).gates == 3


def test_campaigns_of_another_prompt_count_nowhere(job: JobSpec) -> None:
    opening_lineage(campaign_folder(job, 1), "shop.other", {})
    assert opening_lineage(campaign_folder(job, 2), PROMPT, {}).gates == 0


def test_numbers_that_were_set_apart_are_not_given_twice() -> None:
    """One that ended early leaves a gap, for those after it began behind what it might have opened."""
    opened = Opening(prompt=PROMPT, most=3)
    ended = campaign([gate_record(1, "futile", 0)], name="a").model_copy(update={"candidates": ()})
    early = Past(id="a", opening=opened, record=ended)
    late = Past(id="b", opening=Opening(prompt=PROMPT, most=3, lineage=Lineage(gates=3)))
    assert lineage_behind([early]).gates == 1
    assert lineage_behind([early, late]).gates == 6


def test_a_record_that_says_less_does_not_take_the_place_of_one_that_says_more(job: JobSpec) -> None:
    folder = campaign_folder(job, 1)
    full = campaign(name=folder.id)
    begun = full.model_copy(update={"gates": (), "candidates": (), "stage": "preflight", "stop": None})
    assert keep(folder, begun) == begun
    assert keep(folder, full) == full
    assert keep(folder, begun) == full
    assert kept(folder) == full
    ended = begun.model_copy(update={"stage": "ended", "stop": "budget"})
    assert keep(folder, ended) == ended
    assert keep(folder, full) == full
    assert list(campaigns([folder, campaign_folder(job, 2)])) == [full]
