"""What a process leaves behind that ended with an episode, and what others make of it."""

from pathlib import Path

import pytest
from support.specs import episode_spec

from wardian.base.hang import Allowed, Hang, Who
from wardian.runs.hangs import HangNotes

SPEC = episode_spec("count-2")


def hang(episode: str = SPEC.key) -> Hang:
    doing = Who(episode, "counter/count-2"), "add", Allowed("limits.tool_s", 60.0)
    return Hang.of(doing, blocking=True, place="tools.py:7")


def test_an_episode_with_a_note_is_not_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reader = HangNotes(tmp_path / "hangs")
    assert reader.result(SPEC, 5.0) is None
    HangNotes(tmp_path / "hangs").last_word(hang())
    assert reader.result(SPEC, 5.0) is None
    reader.look()
    assert reader.result(episode_spec("count-1"), 5.0) is None
    scored = reader.result(SPEC, 5.0)
    assert scored is not None
    assert scored.episode.missing
    assert scored.episode.failure is not None
    assert (scored.episode.failure.cause, scored.episode.failure.kind) == ("environment", "tool_hung")
    said = "'add' of counter/count-2 blocked its process for more than 60 s (limits.tool_s), at tools.py:7"
    assert scored.episode.failure.message.startswith(said)
    assert f"wardian: {said}; " in capsys.readouterr().err
    assert scored.episode.started_at == 5.0
    assert not list((tmp_path / "hangs").glob(".*")), "the file appears as a whole"


@pytest.mark.parametrize("folder", [None, "elsewhere/run/hangs"])
def test_without_a_folder_there_are_no_notes(tmp_path: Path, folder: str | None) -> None:
    notes = HangNotes(None if folder is None else tmp_path / folder)
    notes.note(hang())
    notes.look()
    assert notes.result(SPEC, 5.0) is None
    assert not list(tmp_path.iterdir())


def test_what_is_no_note_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text("{")
    HangNotes(tmp_path).note(hang())
    assert HangNotes(tmp_path).result(SPEC, 5.0) is not None


def test_a_name_that_an_agent_made_up_stays_on_the_line() -> None:
    doing = Who("e", "shop/t"), "a\nb " * 100, Allowed("limits.tool_s", 60.0)
    assert len(Hang.of(doing, blocking=False).what) == 64
    assert "\n" not in Hang.of(doing, blocking=False).line
