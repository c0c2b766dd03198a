"""A small job, and results of it."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.episodes import SHOP, EpisodeBuilder, spec
from support.otlp import Receiver, receiving

from wardian.base.errors import Failure
from wardian.episodes.record import AgentRef
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Score, Scored
from wardian.specs.job import JobSpec
from wardian.tracking.summary import RunCard

Results = Callable[[int], Iterator[Finished]]


@pytest.fixture
def job() -> JobSpec:
    return JobSpec.model_validate(
        {
            "name": "returns",
            "environments": [{"pack": "shop", "tasks": 3, "knobs": {"scale": 2}}],
            "servers": {"sim": {"kind": "simulator", "skills": {"m-a": {}}}},
            "models": {"m-a": {"server": "sim"}, "m-b": {"base_url": "https://models.example/v1", "model": "b-large"}},
            "prompts": {"plain": "Be kind.", "careful": "Be kind. Ask {{first}}."},
            "agents": [
                {"kind": "tools", "name": "a", "model": "m-a", "prompt": "plain", "sampling": {"temperature": 0.5}},
                {"kind": "tools", "name": "b", "model": "m-b", "prompt": "careful"},
                {"kind": "idle"},
            ],
            "repeats": 2,
        }
    )


@pytest.fixture
def card(tmp_path: Path, job: JobSpec) -> RunCard:
    arms = (
        AgentRef(name="a", digest="a", model="m-a", prompt="plain"),
        AgentRef(name="b", digest="b", model="m-b", prompt="careful"),
        AgentRef(name="idle", digest="i"),
    )
    folder = tmp_path / "returns-1"
    folder.mkdir()
    return RunCard(
        run_id="returns-1", folder=folder, job=job, arms=arms, environments=(SHOP,), episodes=18, code_version="0.1.0"
    )


@pytest.fixture
def results() -> Results:
    """`results(n)`: n episodes of each of the arms "a" and "b", the same ones every time."""

    def make(count: int) -> Iterator[Finished]:
        luck = random.Random(1)
        for number in range(count):
            for arm in ("a", "b"):
                success = float(luck.random() < 0.5)
                built = EpisodeBuilder(spec(arm, f"t{number}"), simulated=arm == "a").call("get").say("Bye.").done()
                episode = built.model_copy(update={"started_at": 1_700_000_000.0 + number, "wall_s": 0.5})
                yield Finished.of(Scored(episode=episode, scores=(Score(metric="success", value=success),)))

    return make


@pytest.fixture
def missing() -> Result:
    """An episode that the provider broke."""
    failure = Failure(cause="provider", kind="timeout", message="gone")
    episode = EpisodeBuilder(spec("a", "t0")).done().model_copy(update={"failure": failure, "stop": "failed"})
    return Result.of(Scored(episode=episode))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A collector that answers."""
    with receiving() as server:
        yield server
