"""The sink that keeps the leaderboard and leaves it in the run's folder."""

from collections.abc import Callable
from pathlib import Path

from wardian.reports.background import NOTHING, Background
from wardian.reports.details import detail_sections
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.markdown import sections_markdown
from wardian.reports.sections import leaderboard_sections
from wardian.reports.standings import Standings
from wardian.scoring.finished import Finished

__all__ = ["LeaderboardSink"]


class LeaderboardSink:
    """Writes `leaderboard.json` and `leaderboard.md` into `folder` when it is closed.

    Args:
        folder: the run's.
        remark: what is to be said of the whole run, asked for at the end.
        background: what the job says beside its results.
    """

    def __init__(
        self,
        folder: Path,
        remark: Callable[[], str] = str,
        background: Background = NOTHING,
    ) -> None:
        self._folder = folder
        self._remark = remark
        self._board = Leaderboard(background)

    async def write(self, finished: Finished) -> None:
        """Count one more episode."""
        self._board.add(finished.result)

    async def close(self) -> None:
        """Leave the standings on disk."""
        standings = self.standings()
        self._leave("leaderboard.json", standings.model_dump_json(indent=2))
        tables = ((*leaderboard_sections(each), *detail_sections(each)) for each in self._pages(standings))
        self._leave("leaderboard.md", "\n".join(map(sections_markdown, tables)))

    def _pages(self, standings: Standings) -> tuple[Standings, ...]:
        return (standings, *self._board.by_environment())

    def _leave(self, name: str, text: str) -> None:
        """The old one stays when the disk does not take the new one."""
        written = self._folder / f".{name}"
        written.write_text(text, encoding="utf-8")
        written.replace(self._folder / name)

    def standings(self) -> Standings:
        """Over all environments, as far as they are known."""
        return self._board.standings().model_copy(update={"remark": self._remark()})
