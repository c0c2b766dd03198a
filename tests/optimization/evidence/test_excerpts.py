"""What a reflection model reads is short and shows the place."""

from support.counting import CounterWorlds, counted, scored
from support.episodes import EpisodeBuilder
from support.scripts import do, say

from wardian.optimization.evidence.conversation import MARK, cut, piece
from wardian.optimization.evidence.trajectories import TrajectoryDiagnostician

ONE, DONE = do("add", by=1), say("Done.")


async def test_an_excerpt_is_two_turns_around_the_mistake() -> None:
    episode = await counted(6, ONE, ONE, ONE, do("add", by=8), ONE, ONE, ONE, DONE)
    (found, *_) = await TrajectoryDiagnostician(CounterWorlds()).diagnose(scored(episode), 1)
    lines = found.excerpts[0].turns.splitlines()
    assert lines[:2] == ["user: Count to 6, please.", "…"]
    assert [line.startswith(MARK) for line in lines[2:]] == [False, False, True, False, False]
    assert '"by": 8' in lines[4] or '"by":8' in lines[4]


def test_long_lines_are_cut_before_turns_are_left_out() -> None:
    episode = EpisodeBuilder().user("Hello " * 500).call("look", text="x" * 9_000).say("Bye " * 900).done()
    text = piece(episode.events, 2, 1_000)
    assert len(text.encode()) <= 1_000
    assert [line.split(":")[0].split(" ")[0] for line in text.splitlines()] == ["user", MARK.strip(), "agent"]


def test_a_text_is_cut_between_characters_and_within_its_size() -> None:
    for size in range(4, 30):
        short = cut("ä€𝄞" * 10, size)
        assert len(short.encode()) <= size
        assert short.endswith("…")
    assert cut("short", 5) == "short"


def test_what_no_text_can_hold_is_written_all_the_same() -> None:
    episode = EpisodeBuilder().user("\ud800 hello").call("look", '{"id": "\udfff"}').done()
    assert "hello" in piece(episode.events, 1, 500)


async def test_who_went_well_is_shown_where_the_call_is_made_that_others_get_wrong() -> None:
    wrong = await counted(2, do("add", by=9), DONE)
    right = await counted(3, say("more?"), say("more?"), ONE, ONE, ONE, DONE)
    (found, *_) = await TrajectoryDiagnostician(CounterWorlds()).diagnose(scored(wrong, right), 1)
    (marked,) = (line for line in found.excerpts[-1].turns.splitlines() if line.startswith(MARK))
    assert found.excerpts[-1].succeeded
    assert marked.startswith(f"{MARK}agent calls add")
