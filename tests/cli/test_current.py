"""Commands that read a run agree on what counts in it."""

import asyncio
from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian

from wardian.runs.folder import RunFolder
from wardian.runs.journal import Journal
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored


@pytest.fixture
def folder(project: Path, wardian: Wardian) -> RunFolder:
    """A finished run."""
    assert wardian("run", "job.yaml").code == 0
    return RunFolder.find("last", project / "runs")


def of_another_pack(folder: RunFolder) -> Scored:
    """The run's first episode, as it would be had its pack been edited since."""
    scored = folder.load(next(folder.latest()))
    spec = scored.episode.spec
    edited = spec.environment.model_copy(update={"digest": "edited"})
    changed = spec.model_copy(update={"environment": edited})
    changed.__dict__.pop("key", None)  # it was computed before
    return scored.model_copy(update={"episode": scored.episode.model_copy(update={"spec": changed})})


def record(folder: RunFolder, finished: Finished) -> None:
    async def write() -> None:
        journal = Journal(folder.store)
        await journal.write(finished)
        await journal.close()

    asyncio.run(write())


def told(folder: RunFolder, wardian: Wardian) -> dict[str, int]:
    """How many episodes each command finds in the run."""
    results = orjson.loads(wardian("results", "--json").out)
    failures = orjson.loads(wardian("failures", "--json").out)
    compared = orjson.loads(wardian("compare", folder.id, folder.id, "--json").out)
    wardian("report")
    page = (folder.path / "report.html").read_text(encoding="utf-8")
    return {
        "results": sum(arm["episodes"] for arm in results["standings"]["arms"]),
        "failures": failures["episodes"],
        "compare": sum(arm["pairs"] for arm in compared["arms"]),
        "report": sum(episode.result.episode in page for episode in folder.latest()),
        "rescore": int(wardian("rescore").err.partition("episode")[0].split()[-1]),
    }


def test_what_a_pack_was_before_it_was_edited_counts_in_none(folder: RunFolder, wardian: Wardian) -> None:
    record(folder, Finished.of(of_another_pack(folder)))
    assert set(told(folder, wardian).values()) == {1}


def test_a_result_without_a_record_keeps_nobody_from_reading_the_others(folder: RunFolder, wardian: Wardian) -> None:
    lost = Finished(next(folder.latest()).result)
    record(folder, lost)
    assert set(told(folder, wardian).values()) == {7}
