"""The pack that the builder has made of an OpenAPI file, and the fidelity report on its traces."""

import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from support.scripts import without
from support.shipped import ENVS, ROOT, offered, shipped

from wardian.certification.trial import solved, tried
from wardian.environments.pack import Pack
from wardian.environments.persona import PERSONAS
from wardian.fidelity.survey import survey
from wardian.specs.environments import KnobValue
from wardian.traces.files import read_traces

TRACES = ENVS / "openapi_demo" / "traces"
FORMATS = ("openai.jsonl", "otel.jsonl", "mlflow.jsonl")
parcels = partial(shipped, "openapi_demo")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return parcels()


def test_there_is_plenty_to_do(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) == 135
    assert len({card.template for card in cards}) == 28
    assert {card.persona for card in cards} == set(PERSONAS)


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"interface": "http"},
        {"page_size": 1, "calls_per_minute": 100},
        {"latency_s": 10.0, "distractors": True},
        {"interface": "http", "latency_s": 0.5, "page_size": 3},
    ],
)
async def test_the_reference_solves_every_task(knobs: dict[str, KnobValue]) -> None:
    pack = parcels(**knobs)
    for card in pack.tasks():
        episode = await tried(pack, card, pack.reference(card.id))
        assert solved(episode), (card, episode.findings)
        assert not [acted for acted in episode.acted if acted.observation.error is not None], card


async def test_whoever_does_not_wait_is_refused(pack: Pack) -> None:
    card = next(card for card in pack.tasks() if card.template.startswith("survey"))
    episode = await tried(pack, card, without(pack.reference(card.id), "wait"))
    assert [acted.observation.error for acted in episode.acted] == [*[None] * 5, "rate_limited"]


def test_distractors_are_tools_that_no_task_needs() -> None:
    assert offered(parcels(distractors=True)) - offered(parcels(distractors=False)) == {
        "count_parcels",
        "longest_names",
    }


@pytest.mark.parametrize("name", FORMATS)
async def test_the_report_on_the_shipped_traces_is_clean(pack: Pack, name: str) -> None:
    report = await survey(pack, read_traces(TRACES / name))
    assert report.clean, report.first
    assert (report.traces, report.calls) == (29, 48)
    assert not report.untried


@pytest.mark.parametrize("name", FORMATS)
async def test_the_report_names_the_field_after_one_is_renamed(pack: Pack, tmp_path: Path, name: str) -> None:
    renamed = tmp_path / name
    text = (TRACES / name).read_text(encoding="utf-8")
    renamed.write_text(text.replace("weightGrams", "weight_g"), encoding="utf-8")
    report = await survey(pack, read_traces(renamed))
    assert not report.clean
    drifted = {each.tool: each.drift for each in report.tools if each.drift.found}
    assert drifted["get_parcel"].renamed == {"weight_g": "weightGrams"}
    assert drifted["list_parcels"].renamed == {"items[].weight_g": "items[].weightGrams"}
    assert drifted["create_parcel"].arguments_only_traced == ("weight_g",)
    assert drifted["create_parcel"].arguments_only_ours == ("weightGrams",)
    assert not drifted.keys() & {"get_customer", "update_pickup"}


async def test_the_traces_show_every_kind_of_failure(pack: Pack) -> None:
    kinds: Counter[str | None] = Counter()
    for trace in read_traces(TRACES / "otel.jsonl"):
        kinds.update(call.error for call in trace.calls)
    assert set(kinds) == {None, "unauthorized", "not_found", "invalid_arguments", "conflict", "rate_limited"}


def test_the_traces_are_what_their_script_writes(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/openapi_demo_traces.py", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    for name in FORMATS:
        assert (tmp_path / name).read_bytes() == (TRACES / name).read_bytes()


def test_new_records_have_ids_of_their_own_in_the_traces() -> None:
    text = (TRACES / "openai.jsonl").read_text(encoding="utf-8")
    assert "U-4875" in text
    assert "U-125" not in text
