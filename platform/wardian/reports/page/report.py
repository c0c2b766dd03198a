"""The report of a run: a page, and the files with trajectories that it loads."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.reports.background import NOTHING, Background
from wardian.reports.failures.diagnoses import Diagnosed, Diagnoses
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.page.contents import Contents, Head, boards, metric_cards
from wardian.reports.page.document import document
from wardian.reports.page.entry import Entry
from wardian.reports.page.index import index_of
from wardian.reports.page.replacing import check_replaced, numbered
from wardian.reports.page.shelf import EPISODES, packed, shelf_script
from wardian.reports.sections import Section
from wardian.scoring.failures.symptom import MEANINGS
from wardian.scoring.failures.tally import FailureTally
from wardian.scoring.finished import Finished, LoadRecord

__all__ = ["FOLDER", "Report", "shelf_name"]

FOLDER: Final = "-data"
"""Behind the page's name: the folder beside it."""
HELD: Final = 20_000_000
"""Characters of trajectories in a page that stands alone: MLflow shows no file of more than 50 MB."""


class Report:
    """A run as it was when this was made; its records are read when a page or a trajectory is asked for.

    Args:
        head: what the run is called; when it was played is found out here.
        latest: the newest result of every episode.
        load: finds the record of one.
        diagnoses: finds what went wrong in one.
        background: what the job says beside its results.
        tables: what is told of the whole run beside its leaderboard.
    """

    def __init__(
        self,
        head: Head,
        latest: Iterable[Finished],
        load: LoadRecord,
        diagnoses: Diagnoses,
        background: Background = NOTHING,
        tables: Sequence[Section] = (),
    ) -> None:
        self._tables = tables
        self._load = load
        self._diagnoses = diagnoses
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

    async def page(self, folder: str) -> bytes:
        """The page, which looks for trajectories in `folder`, a name beside its own."""
        summary = _Summary()
        for number in range(self.shelves):
            await self._read(number, summary)
        return self._page(folder, summary)

    async def shelf(self, number: int) -> bytes:
        """One of the files with trajectories, from 0."""
        return shelf_script(number, packed(await self._read(number, _Summary())))

    async def whole(self, characters: int = HELD) -> bytes:
        """The page with the trajectories in it, as many as are packed into so many characters."""
        summary, held, left = _Summary(), list[str](), characters
        for number in range(self.shelves):
            diagnosed = await self._read(number, summary)
            text = packed(diagnosed) if left > 0 else ""
            left -= len(text)
            if text and left >= 0:
                held.append(text)
        return self._page("", summary, held)

    async def write(self, page: Path) -> Path:
        """Leave the page at `page` and its files in a folder beside it, which is returned.

        Files of an earlier page of this name are replaced, and those that nobody needs now are deleted.

        Raises:
            ConfigError: when they cannot be written, or would replace what is no report's.
        """
        folder = page.parent / (page.stem + FOLDER)
        summary = _Summary()
        try:
            check_replaced(page, folder)
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(self.shelves):
                shelf = packed(await self._read(number, summary))
                (folder / shelf_name(number)).write_bytes(shelf_script(number, shelf))
            self._delete_from(folder)
            written = page.with_name(f".{page.name}.new")
            written.write_bytes(self._page(folder.name, summary))
            written.replace(page)
        except OSError as error:
            raise ConfigError(f"{page}: cannot be written ({error.strerror or error})") from None
        return folder

    async def _read(self, number: int, summary: "_Summary") -> Sequence[Diagnosed]:
        """The episodes of one file; what the page says of them goes to `summary` while their records are at hand."""
        finished = self._finished[number * EPISODES : (number + 1) * EPISODES]
        diagnosed = [await self._diagnoses.of(self._load(each)) for each in finished]
        for pair in zip(finished, diagnosed, strict=True):
            summary.add(*pair)
        return diagnosed

    def _page(self, folder: str, summary: "_Summary", held: Sequence[str] = ()) -> bytes:
        leaderboard = Leaderboard.of((each.result for each in self._finished), self._background)
        index = index_of(summary.entries)
        contents = Contents(
            head=self._head,
            boards=boards(leaderboard, self._head, self._tables),
            metrics=metric_cards(index.values, self._background.own),
            failures=summary.tally.failures(),
            meanings=MEANINGS,
            index=index,
            folder=folder,
            shelf=EPISODES,
        )
        return document(self._head.run, contents, held)

    def _delete_from(self, folder: Path) -> None:
        for path in numbered(folder):
            if int(path.stem) >= self.shelves:
                with suppress(FileNotFoundError):
                    path.unlink()


class _Summary:
    """What the page says of all episodes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.tally = FailureTally()

    def add(self, finished: Finished, diagnosed: Diagnosed) -> None:
        self.entries.append(Entry.of(finished, diagnosed.scored))
        self.tally.count(diagnosed.scored, diagnosed.symptoms, referenced=diagnosed.referenced)


def shelf_name(number: int) -> str:
    """Of the file with this number."""
    return f"{number}.js"


def _place(finished: Finished) -> tuple[str, str, int, int, str]:
    """Beside each other stand those that one compares: the same task and seed, played by different arms."""
    result = finished.result
    return result.environment, result.task, result.seed, result.repeat, result.arm
