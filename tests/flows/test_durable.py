"""kill -9 of a run in the middle, and resume: nothing is lost, nothing is there twice, little is paid twice."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from flows.test_reply_cache import PACKS, SERVER, Simulated
from flows.test_reply_cache import job as simulated
from support.outcomes import essence, record_of
from support.random_provider import Spoke, speaking

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.base.frames import frame, frames
from wardian.environments.packs import load_packs
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.runs.status import read_status
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

ROOT = Path(__file__).parents[2]
WARDIAN = [str(Path(sys.executable).parent / "wardian")]
IN_FLIGHT, EPISODES = 6, 30
ASKED = re.compile(rb'"question":"[^"]*"')
JOB = """\
name: durable
environments: [{pack: counter, knobs: {tasks: 30}}]
models: {m: {base_url: "URL", price: {input: 3, output: 15}}}
agents: [{name: a, model: m}]
executor: {kind: local, concurrency: 6}
tracking: {enabled: false}
"""


def project(folder: Path, url: str, *more: str) -> Path:
    (folder / "envs").mkdir()
    (folder / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
    (folder / "job.yaml").write_text("\n".join((JOB.replace("URL", url), *more)))
    return folder


def killed_after(answers: int, spoke: Spoke, folder: Path, *words: str) -> None:
    """Run `wardian WORDS` until so many answers were given, then end it without a word."""
    process = subprocess.Popen([*WARDIAN, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while len(spoke.answers()) < answers:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)


def finish(folder: Path, *words: str) -> str:
    done = subprocess.run([*WARDIAN, *words], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def results(folder: Path) -> list[Scored]:
    """All records that the manifest names, in the order of writing."""
    run = RunFolder.find("last", folder / "runs")
    return [run.load(finished) for finished in read_journal(run.store)]


@pytest.mark.parametrize("durability", ["process", "machine"])
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, durability: str) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url, f"durability: {durability}")
        killed_after(40, spoke, folder, "run", "job.yaml")
        assert len(results(folder)) < EPISODES
        killed_after(90, spoke, folder, "resume", "last")
        finish(folder, "resume", "last")
        assert spoke.repeated() <= 2 * IN_FLIGHT
        assert all(spoke.said(scored.episode) for scored in results(folder))
    episodes = [scored.episode for scored in results(folder)]
    assert set(Counter(episode.spec.key for episode in episodes).values()) == {1}
    assert len(episodes) == EPISODES
    assert not any(episode.failure for episode in episodes)
    assert any(episode.replayed_calls for episode in episodes)
    assert all(episode.attempt == 1 for episode in episodes)
    assert not (RunFolder.find("last", folder / "runs").path / "calls").exists()


def test_what_was_paid_before_the_kill_counts_once(tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url)
        killed_after(60, spoke, folder, "run", "job.yaml")
        finish(folder, "resume", "last")
        calls = sum(len(scored.episode.asked) for scored in results(folder))
        assert len(spoke.answers()) - spoke.repeated() == calls
    paid = sum(scored.episode.spent_usd or 0.0 for scored in results(folder))
    assert paid == pytest.approx(calls * (10 * 3 + 5 * 15) / 1e6)


def test_an_episode_that_cannot_go_on_begins_anew_and_the_run_says_so(tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url)
        killed_after(60, spoke, folder, "run", "job.yaml")
        run = RunFolder.find("last", folder / "runs")
        for file in (run.path / "calls").iterdir():
            with open(file, "rb") as calls:
                payloads = list(frames(calls))
            file.write_bytes(b"".join(frame(ASKED.sub(rb'"question":"something else"', each)) for each in payloads))
        out = finish(folder, "resume", "last")
    again = [scored for scored in results(folder) if scored.episode.attempt == 2]
    assert again
    assert not any(scored.episode.replayed_calls for scored in again)
    line = f"{len(again)} interrupted episodes did not go on as they were recorded (ReplayDivergence)"
    assert f"replay   {line}" in out
    assert f"Replay: {line}" in (run.path / "leaderboard.md").read_text()
    assert read_status(run.store).restarted == len(again)


def test_a_pack_that_is_not_pure_begins_anew(tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url)
        job = folder / "job.yaml"
        job.write_text(job.read_text().replace("pack: counter", "pack: counter, uncertified: play"))
        pack = folder / "envs" / "counter"
        whole = {path.name: path.read_text() for path in pack.iterdir() if path.is_file()}
        pack.unlink()
        pack.mkdir()
        for name, text in whole.items():
            (pack / name).write_text(text.replace('    version = "1"\n', '    version = "1"\n    replay = "restart"\n'))
        killed_after(60, spoke, folder, "run", "job.yaml")
        assert not RunFolder.find("last", folder / "runs").store.logs("calls")
        finish(folder, "resume", "last")
        assert spoke.repeated() > IN_FLIGHT
    assert not any(scored.episode.replayed_calls for scored in results(folder))
    assert all(scored.episode.attempt == 1 for scored in results(folder))


async def told(folder: Path, store: str | None) -> tuple[int, set[bytes]]:
    """How often a simulated provider was asked, and what came out."""
    job = simulated(folder, "off")
    order, network = WorkOrder(job=job, servers=SERVER, roots=PACKS, store=store), Simulated(job)
    results: list[Scored] = []

    async def deliver(finished: Finished) -> None:
        results.append(record_of(finished))

    quota = LocalQuota(order.pool.limits, SystemClock())
    async with open_play(order, quota, {"THE_KEY": "sk-test"}, HttpxWire(network)) as play:
        executor = LocalExecutor(play, 16, play.lanes, play.settled)
        await executor.play_all(Plan(job, load_packs(job, PACKS)), deliver)
    return network.asked, essence(results)


async def test_results_are_the_same_with_and_without(tmp_path: Path) -> None:
    """Panels, text tools and failures included; and nobody is asked once more or less."""
    (tmp_path / "run").mkdir()
    assert await told(tmp_path, None) == await told(tmp_path, str(tmp_path / "run"))
    assert not os.listdir(tmp_path / "run")


def test_without_a_kill_nothing_is_asked_twice(tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url)
        finish(folder, "run", "job.yaml")
        assert spoke.repeated() == 0
        assert len(spoke.answers()) == sum(len(scored.episode.asked) for scored in results(folder))
