"""How long the report of many episodes takes to build, and how long until a browser shows it.

python benchmarks/report.py [--episodes N] [--quick] [--json]

Scripted episodes of `retail` under four arms, some of which stop early, are kept as a run keeps them. Then what
`wardian report` does is timed, and a Chromium that opens the page from the disk: until its list can be used, and until
the trajectory of an episode is there.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path

from goals import Goal, report
from playwright.sync_api import Browser, Page, sync_playwright

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.cli.viewing import write_report
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_pack
from wardian.episodes.record import AgentRef, Episode, EpisodeSpec
from wardian.episodes.runner import run_episode
from wardian.episodes.single import single_episode
from wardian.runs.folder import RunFolder
from wardian.runs.journal import Journal
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec, Limits

ROOT = Path(__file__).parents[1] / "envs"
EPISODES, FEW = 10_000, 1_000
ARMS = ("whole", "short", "shorter", "shortest")
BUILD_S, OPEN_S = 30.0, 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=EPISODES)
    parser.add_argument("--quick", action="store_true", help=f"{FEW} episodes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    episodes = FEW if options.quick else options.episodes
    with tempfile.TemporaryDirectory() as place:
        folder = asyncio.run(played_run(Path(place), episodes))
        report(measured(folder, episodes), as_json=options.json)


async def played_run(place: Path, episodes: int) -> RunFolder:
    """The folder of a run with so many episodes."""
    pack = load_pack(EnvironmentSpec(pack="retail"), [ROOT])
    job = JobSpec.model_validate(
        {"name": "report", "environments": [{"pack": "retail"}], "agents": [{"kind": "idle"}], "output": str(place)}
    )
    folder = RunFolder.create(job, datetime.now(UTC))
    journal, scorer = Journal(folder.store), TrajectoryScorer()
    for spec, card, arm in islice(plan(pack), episodes):
        episode = await play(pack, spec, card, arm)
        await journal.write(Finished.of(Scored(episode=episode, scores=tuple(await scorer.score(episode)))))
    await journal.close()
    return folder


def plan(pack: Pack) -> Iterator[tuple[EpisodeSpec, TaskCard, int]]:
    """Every task under every arm, again and again with another seed."""
    for seed, card, arm in product(range(10**6), pack.tasks(), range(len(ARMS))):
        agent = AgentRef(name=ARMS[arm], digest=ARMS[arm], model="script")
        yield single_episode(pack, card.id, agent, seed), card, arm


async def play(pack: Pack, spec: EpisodeSpec, card: TaskCard, arm: int) -> Episode:
    """The reference of the task; what its last messages would do is left out by the arms that stop early."""
    script = pack.reference(card.id)
    script = script[: len(script) - arm * (spec.seed % 3)]
    return await run_episode(
        spec, lambda: pack.environment(card.id), ScriptAgent(script, "script"), Limits(), SystemClock()
    )


def measured(folder: RunFolder, episodes: int) -> list[Goal]:
    page = folder.path / "report.html"
    begun, busy = time.perf_counter(), time.process_time()
    write_report(folder, page)
    build, cpu = time.perf_counter() - begun, time.process_time() - busy
    steps = sum(len(record.episode.events) for record in islice(folder.records(), 500)) / 500
    size = sum(path.stat().st_size for path in (folder.path / "report-data").iterdir())
    opened, shown = browsed(page)
    of = f"report of {episodes:,} episodes of {steps:.0f} steps"
    return [
        Goal(f"{of}: built", build, "s", BUILD_S),
        Goal("the same, CPU time of one core", cpu, "s"),
        Goal("page opened, list usable", opened, "s", OPEN_S),
        Goal("a trajectory shown after a click", shown, "s"),
        Goal("size of the page", page.stat().st_size / 2**20, "MiB"),
        Goal("size of its folder", size / 2**20, "MiB"),
    ]


def browsed(page: Path) -> tuple[float, float]:
    """Seconds until the list can be used, and from a click on an episode until its steps are there; the middle of 3."""
    path = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        times = sorted(once(browser, page) for _ in range(3))
        browser.close()
    return times[1]


def once(browser: Browser, file: Path) -> tuple[float, float]:
    page: Page = browser.new_page()
    begun = time.perf_counter()
    page.goto(file.as_uri())
    page.locator("#row-5").wait_for(state="attached")
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    opened = time.perf_counter() - begun
    begun = time.perf_counter()
    page.locator("#row-5").click()
    page.locator("#step-1").wait_for()
    shown = time.perf_counter() - begun
    page.close()
    return opened, shown


if __name__ == "__main__":
    main()
