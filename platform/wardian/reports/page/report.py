"""The report of a run: a page, and the files with trajectories that it loads."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.reports.background import NOTHING, Background
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.page.contents import Contents, Head, boards, metric_cards
from wardian.reports.page.document import document
from wardian.reports.page.entry import Entry
from wardian.reports.page.index import index_of
from wardian.reports.page.shelf import EPISODES, packed
from wardian.scoring.finished import Finished, LoadRecord

__all__ = ["FOLDER", "Report", "shelf_name"]

FOLDER: Final = "-data"
"""Behind the page's name: the folder beside it."""


class Report:
    """A run as it was when this was made; its records are read when a page or a trajectory is asked for.

    Args:
        head: what the run is called; when it was played is found out here.
        latest: the newest result of every episode.
        load: finds the record of one.
        background: what the job says beside its results.
    """

    def __init__(
        self, head: Head, latest: Iterable[Finished], load: LoadRecord, background: Background = NOTHING
    ) -> None:
        self._load = load
        self._background = background
        self._finished = sorted(latest, key=_place)
        results = [each.result for each in self._finished]
        times = {
            "began": min((each.started_at for each in results), default=0.0),
            "ended": max((each.ended_at for each in results), default=0.0),
        }
        self._head = head.model_copy(update=times)

    @property
    def shelves(self) -> int:
        """How many files with trajectories there are."""
        return -(-len(self._finished) // EPISODES)

    def page(self, folder: str) -> bytes:
        """The page, which looks for trajectories in `folder`, a name beside its own."""
        return self._page(folder, [Entry.of(each, self._load(each)) for each in self._finished])

    def _page(self, folder: str, entries: Sequence[Entry]) -> bytes:
        index = index_of(entries)
        leaderboard = Leaderboard.of((each.result for each in self._finished), self._background)
        contents = Contents(
            head=self._head,
            boards=boards(leaderboard, self._head.remark),
            metrics=metric_cards(index.values, self._background.own),
            index=index,
            folder=folder,
            shelf=EPISODES,
        )
        return document(self._head.run, contents)

    def shelf(self, number: int) -> bytes:
        """One of the files with trajectories, from 0."""
        return packed(number, map(self._load, self._on(number)))

    def _on(self, number: int) -> Sequence[Finished]:
        return self._finished[number * EPISODES : (number + 1) * EPISODES]

    def write(self, page: Path) -> Path:
        """Leave the page at `page` and its files in a folder beside it, which is returned.

        Files of an earlier page of this name are replaced, and those that nobody needs now are deleted.

        Raises:
            ConfigError: when they cannot be written.
        """
        folder = page.with_name(page.stem + FOLDER)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            entries = [entry for number in range(self.shelves) for entry in self._shelve(number, folder)]
            self._delete_from(folder)
            written = page.with_name(f".{page.name}.new")
            written.write_bytes(self._page(folder.name, entries))
            written.replace(page)
        except OSError as error:
            raise ConfigError(f"{page}: cannot be written ({error.strerror or error})") from None
        return folder

    def _shelve(self, number: int, folder: Path) -> Iterator[Entry]:
        """Write one of the files; what the page says of its episodes, while their records are at hand."""
        records = [self._load(each) for each in self._on(number)]
        (folder / shelf_name(number)).write_bytes(packed(number, records))
        return map(Entry.of, self._on(number), records)

    def _delete_from(self, folder: Path) -> None:
        for path in folder.glob("*.js"):
            if path.stem.isdecimal() and int(path.stem) >= self.shelves:
                with suppress(FileNotFoundError):
                    path.unlink()


def shelf_name(number: int) -> str:
    """Of the file with this number."""
    return f"{number}.js"


def _place(finished: Finished) -> tuple[str, str, int, int, str]:
    """Beside each other stand those that one compares: the same task and seed, played by different arms."""
    result = finished.result
    return result.environment, result.task, result.seed, result.repeat, result.arm
