"""What looking back has shown, kept for views."""

from pathlib import Path

from support.episodes import EpisodeBuilder, spec

from wardian.episodes.hindsight.decisive import Hindsight
from wardian.episodes.record import Episode
from wardian.reports.failures.hindsights import HINDSIGHTS, Hindsights
from wardian.runs.folder_store import FolderStore

DECISIVE = Hindsight(verdict="decisive", position=1, forks=3)


def episode(started_at: float = 1.0) -> Episode:
    return EpisodeBuilder(spec("arm", "t1")).call("get").done().model_copy(update={"started_at": started_at})


def test_it_is_known_again_of_the_record_that_was_looked_at(tmp_path: Path) -> None:
    store, looked = FolderStore(tmp_path), Hindsights()
    assert Hindsights.of(store).known(episode()) is None
    looked.note(episode(), DECISIVE)
    looked.leave(store)
    assert Hindsights.of(store).known(episode()) == DECISIVE
    assert Hindsights.of(store).known(episode(started_at=2.0)) is None, "it was played again"


def test_what_another_version_wrote_is_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(HINDSIGHTS, b'{"k": {"verdict": 7}}')
    assert Hindsights.of(store).known(episode()) is None
