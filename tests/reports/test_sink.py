"""What the leaderboard leaves in the folder of a run."""

from pathlib import Path

from support.episodes import EpisodeBuilder, spec

from wardian.reports.background import Background
from wardian.reports.sink import LeaderboardSink
from wardian.reports.standings import Standings
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.scoring.trajectory import TrajectoryScorer


async def play(sink: LeaderboardSink, *worlds: str) -> None:
    for world in worlds:
        episode = EpisodeBuilder(spec("arm", world=world)).call("look").done()
        scores = tuple(await TrajectoryScorer().score(episode))
        await sink.write(Finished.of(Scored(episode=episode, scores=scores)))
    await sink.close()


async def test_the_json_is_the_standings(tmp_path: Path) -> None:
    sink = LeaderboardSink(tmp_path)
    await play(sink, "shop")
    assert Standings.model_validate_json((tmp_path / "leaderboard.json").read_text()) == sink.standings()


async def test_several_environments_are_also_told_one_by_one(tmp_path: Path) -> None:
    await play(LeaderboardSink(tmp_path), "shop", "bank")
    titles = [line for line in (tmp_path / "leaderboard.md").read_text().splitlines() if line.startswith("## Lead")]
    assert titles == ["## Leaderboard", "## Leaderboard · bank", "## Leaderboard · shop"]


async def test_one_environment_is_told_once(tmp_path: Path) -> None:
    await play(LeaderboardSink(tmp_path), "shop")
    assert (tmp_path / "leaderboard.md").read_text().count("## Leaderboard") == 1


async def test_the_details_are_in_the_file(tmp_path: Path) -> None:
    sink = LeaderboardSink(tmp_path, background=Background({"shop": "issues=1", "bank": "issues=2"}))
    await play(sink, "shop", "bank")
    assert "| issues=2 |" in (tmp_path / "leaderboard.md").read_text()
