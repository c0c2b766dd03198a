"""What people read of a run's failures."""

from io import StringIO

from rich.console import Console
from support.episodes import EpisodeBuilder, spec

from wardian.episodes.hindsight.decisive import Hindsight
from wardian.reports.failures.sections import failure_sections
from wardian.reports.failures.terminal import failures_view
from wardian.scoring.failures.report import Failures
from wardian.scoring.failures.tally import FailureTally
from wardian.scoring.score import Scored


def failures(*, lost: int = 1, broken: int = 0, good: int = 0) -> Failures:
    tally = FailureTally()
    for number in range(lost):
        fled = EpisodeBuilder(spec(task=f"t{number}")).call(f"fly_{number}", error="unknown_tool").call("walk")
        tally.add(Scored(episode=fled.done(False)))
    for _ in range(broken):
        tally.add(Scored(episode=EpisodeBuilder().broken("environment", "KeyError")))
    for _ in range(good):
        tally.add(Scored(episode=EpisodeBuilder().done()))
    return tally.failures()


def shown(of: Failures, most: int = 9, width: int = 200) -> str:
    stream = StringIO()
    Console(file=stream, width=width).print(failures_view(of, most), soft_wrap=True)
    return stream.getvalue()


def test_a_row_for_each_cluster_with_an_example() -> None:
    kinds, section = failure_sections(failures(lost=1, good=2))
    assert kinds.title == "What went wrong in the 1 of 3 episodes that failed"
    assert section.rows == (
        ("wrong_tool", "fly_0", "shop: return", "1", "0", "0", "arm 1", f"{spec(task='t0').key} (t0, events 1)"),
    )


def test_smaller_clusters_are_counted_where_they_are_not_shown() -> None:
    _, section = failure_sections(failures(lost=5), most=2)
    assert len(section.rows) == 2
    assert section.notes == ("And 3 smaller clusters; `--all` shows them.",)


def test_kinds_of_mistakes_come_first_however_many_clusters_they_are() -> None:
    kinds, _ = failure_sections(failures(lost=5))
    assert kinds.rows == (("wrong_tool", "5", "0", "0", "arm 5"),)
    assert shown(failures(lost=5)).splitlines()[2] == "     5  wrong_tool  arm 5"


def test_a_decisive_step_is_counted_with_the_mistake_that_it_is() -> None:
    tally, fled = FailureTally(), EpisodeBuilder().call("fly", error="unknown_tool").call("walk").done(False)
    tally.add(Scored(episode=fled), hindsight=Hindsight(verdict="decisive", position=1))
    text = shown(tally.failures())
    assert "     1  wrong_tool  arm 1; 1 lost with it\n" in text
    assert "        shop: return; arm 1; 1 lost with it\n" in text
    assert "decisive_step" not in text


def test_environments_without_a_reference_are_named() -> None:
    section, _ = failure_sections(failures())
    assert any(note.endswith("(missing calls, wrong arguments): shop.") for note in section.notes)


def test_what_others_broke_stands_in_a_table_of_its_own() -> None:
    (section,) = failure_sections(failures(lost=0, broken=2))
    assert section.rows == (("environment", "environment", "KeyError", "2"),)


def test_nothing_wrong_is_no_table() -> None:
    assert failure_sections(failures(lost=0, good=3)) == ()
    assert shown(failures(lost=0, good=3)) == "none of 3 episodes failed\n"


def test_where_no_episode_has_a_score_nothing_is_said_of_failures() -> None:
    assert shown(failures(lost=0, broken=2)).startswith("no episode has a score\n")


def test_a_terminal_shows_symptom_tasks_and_where_to_look() -> None:
    text = shown(failures(lost=3, broken=1), most=2)
    assert "     1  wrong_tool  fly_0\n        shop: return; arm 1\n" in text
    assert f"        see {spec(task='t0').key} (t0, events 1)\n" in text
    assert "fly_2" not in text
    assert "     1  environment, environment, KeyError\n" in text
