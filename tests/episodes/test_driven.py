"""An episode that is driven from outside leaves what one of a run leaves."""

import asyncio
from pathlib import Path

import pytest

from wardian.base.clock import SystemClock
from wardian.base.messages import Message
from wardian.certification.trial import tried
from wardian.environments.findings import Findings
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.simulated import SimulatedWorld
from wardian.episodes.driven import DrivenEpisode, EpisodeEnded
from wardian.episodes.record import AgentRef
from wardian.episodes.single import single_episode
from wardian.scoring.essence import essence
from wardian.scoring.score import Scored
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import Limits

ENVS = Path(__file__).resolve().parents[2] / "envs"
SILENCE = Message(role="assistant", content="")


def library() -> Pack:
    return load_pack(EnvironmentSpec(pack="library"), [ENVS])


def driven(pack: Pack, task: str, limits: Limits | None = None) -> DrivenEpisode:
    spec = single_episode(pack, task, AgentRef(name="trial", digest=""), 1)
    return DrivenEpisode(spec, lambda: pack.environment(task), limits or Limits(turns=40), SystemClock())


async def test_the_record_is_that_of_an_episode_of_a_run() -> None:
    pack = library()
    for card in pack.tasks():
        episode = driven(pack, card.id)
        await episode.open()
        script = [*pack.reference(card.id)]
        while not episode.ended:
            step = await episode.step(script.pop(0) if script else SILENCE)
        assert step.reward == 1.0
        inside = await tried(pack, card, pack.reference(card.id))
        # The script agent's texts bear its own name where a model's would be: the same here.
        assert essence(Scored(episode=await episode.close())) == essence(Scored(episode=inside))


async def test_a_fork_goes_its_own_way_with_the_record_so_far() -> None:
    pack, task = library(), library().tasks()[0].id
    script = pack.reference(task)
    one = driven(pack, task)
    await one.open()
    for message in script[:2]:
        await one.step(message)
    other = one.fork()
    for message in script[2:]:
        await one.step(message)
    while not one.ended:
        await one.step(SILENCE)
    while not other.ended:
        await other.step(SILENCE)
    solved, given_up = await one.close(), await other.close()
    assert solved.findings is not None
    assert given_up.findings is not None
    assert (solved.findings.success, given_up.findings.success) == (True, False)
    assert [event.kind for event in given_up.events[:6]] == [event.kind for event in solved.events[:6]]


async def test_what_is_undone_is_not_in_the_record_and_an_end_can_be_undone() -> None:
    pack, task = library(), library().tasks()[0].id
    episode = driven(pack, task)
    await episode.open()
    before, history = episode.snapshot(), episode.history
    while (await episode.step(SILENCE)).stop is None:
        continue
    episode.restore(before)
    assert episode.history == history
    script = [*pack.reference(task)]
    while not episode.ended:
        await episode.step(script.pop(0) if script else SILENCE)
    done = await episode.close()
    assert done.findings is not None
    assert done.findings.success
    assert [event.turn for event in done.asked] == list(range(1, len(done.asked) + 1))


async def test_it_ends_at_its_limits_and_then_there_is_no_next_step() -> None:
    pack, task = library(), library().tasks()[0].id
    episode = driven(pack, task, Limits(turns=2))
    await episode.open()
    assert (await episode.step(pack.reference(task)[0])).stop is None
    assert (await episode.step(pack.reference(task)[1])).stop == "turn_limit"
    with pytest.raises(EpisodeEnded, match=r"ended \(turn_limit\)"):
        await episode.step(SILENCE)
    late = driven(pack, task, Limits(wall_s=1e-9))
    await late.open()
    assert (await late.step(pack.reference(task)[0])).stop == "time_limit"


async def test_a_snapshot_of_another_task_is_refused() -> None:
    pack = library()
    one, other = driven(pack, pack.tasks()[0].id), driven(pack, pack.tasks()[1].id)
    await one.open()
    with pytest.raises(ValueError, match="cannot become"):
        other.restore(one.snapshot())


async def test_an_examination_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(self: SimulatedWorld) -> Findings:
        await asyncio.sleep(3600)
        raise AssertionError("nobody waits so long")

    monkeypatch.setattr(SimulatedWorld, "examine", endless)
    pack = library()
    episode = driven(pack, pack.tasks()[0].id, Limits(turns=1, examine_s=0.01))
    await episode.open()
    async with asyncio.timeout(5):
        step = await episode.step(SILENCE)
    assert (step.stop, step.findings) == ("failed", None)
    record = await episode.close()
    assert record.missing
    assert record.failure is not None
    assert record.failure.message == "no findings within 0.01 s (limits.examine_s)"


async def test_what_the_environment_breaks_is_its_own_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(self: SimulatedWorld, text: str) -> str | None:
        raise RuntimeError("out of words")

    monkeypatch.setattr(SimulatedWorld, "reply", broken)
    pack = library()
    episode = driven(pack, pack.tasks()[0].id)
    await episode.open()
    step = await episode.step(SILENCE)
    assert (step.stop, step.findings) == ("failed", None)
    record = await episode.close()
    assert record.missing
    assert record.failure is not None
    assert record.failure.message == "RuntimeError: out of words"
