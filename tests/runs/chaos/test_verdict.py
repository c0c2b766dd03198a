"""What a disturbed run left is compared with what an undisturbed one left; whatever is planted there is found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from wardian.runs.chaos.plan import Fault, FaultKind
from wardian.runs.chaos.verdict import Left, Ordeal, Struck, Verdict
from wardian.simulator.counting import Answer

EPISODES = ("e1", "e2", "e3")
KILLED_AT = 100.0


def answer(step: str, at: float, seconds: float = 1.0) -> Answer:
    return Answer(step=step, asked_at=at, answered_at=at + seconds)


def calls(*more: Answer) -> Sequence[Answer]:
    return (*(answer(f"{episode}/{turn}", 90.0 + turn) for episode in EPISODES for turn in range(2)), *more)


def struck(kind: FaultKind = "worker", at: float = KILLED_AT) -> Struck:
    return Struck(fault=Fault(kind=kind, at=3), calls=3, victim="it", began_at=at, ended_at=at + 0.1)


CALM = Left(
    planned=set(EPISODES),
    results=Counter(EPISODES),
    essences=dict.fromkeys(EPISODES, "as it was"),
    rows=len(EPISODES),
    answers=calls(),
)


def verdict(disturbed: Left, *blows: Struck, calm: Left = CALM, planned: int = 1) -> Verdict:
    return Verdict.of(calm, disturbed, Ordeal(planned=planned, struck=blows, window=2, workers=3))


def test_nothing_happened() -> None:
    found = verdict(CALM, struck())
    assert found.holds
    assert (found.episodes, found.calls, found.repeated, found.missed) == (3, 6, 0, 0)


@pytest.mark.parametrize(
    ("disturbed", "found"),
    [
        (replace(CALM, results=Counter(("e1", "e2"))), "lost"),
        (replace(CALM, results=Counter((*EPISODES, "e2"))), "doubled"),
        (replace(CALM, rows=2), "lost_rows"),
        (replace(CALM, doubled_rows=1), "doubled_rows"),
    ],
)
def test_a_planted_loss_or_double_breaks_g1(disturbed: Left, found: str) -> None:
    broken = verdict(disturbed, struck())
    assert getattr(broken, found) == 1
    assert not broken.once
    assert not broken.holds
    assert broken.bounded
    assert broken.kept
    assert broken.told


def test_a_planted_difference_is_found() -> None:
    found = verdict(replace(CALM, essences={**CALM.essences, "e2": "something else"}), struck())
    assert found.differing == 1
    assert not found.holds


def test_a_result_of_an_episode_that_was_not_planned_is_a_difference() -> None:
    assert verdict(replace(CALM, essences={**CALM.essences, "e9": "as it was"}), struck()).differing == 1


def test_calls_of_a_lost_worker_may_be_made_again() -> None:
    again = replace(CALM, answers=calls(answer("e1/2", 99.5), answer("e1/2", 103.0)))
    found = verdict(again, struck(), calm=replace(CALM, answers=calls(answer("e1/2", 50.0))))
    assert (found.repeated, found.allowed, found.unexplained) == (1, 2, 0)
    assert found.holds


def test_more_calls_than_a_worker_had_in_flight_break_g2() -> None:
    more = [answer(f"e{number}/1", 99.5) for number in range(1, 4)]
    found = verdict(replace(CALM, answers=(*more, *calls(*(answer(f"e{n}/1", 105.0) for n in range(1, 4))))), struck())
    assert found.repeated > found.allowed
    assert not found.bounded


@pytest.mark.parametrize(
    ("kind", "allowed"), [("worker", 2), ("freeze", 2), ("raylet", 6), ("gcs", 6), ("coordinator", 0), ("broker", 0)]
)
def test_each_fault_costs_what_is_in_flight_at_those_who_are_lost(kind: FaultKind, allowed: int) -> None:
    assert verdict(CALM, struck(kind)).allowed == allowed


def test_a_call_that_was_written_down_long_before_is_not_made_again() -> None:
    """The first answer came at 91, the kill at 100: the call was in no danger."""
    found = verdict(replace(CALM, answers=calls(answer("e1/0", 103.0))), struck())
    assert (found.repeated, found.unexplained) == (1, 1)
    assert found.bounded
    assert not found.kept


def test_a_call_that_nobody_had_asked_without_the_fault_has_no_reason() -> None:
    found = verdict(replace(CALM, answers=calls(answer("e1/9", 103.0))), struck())
    assert (found.repeated, found.unexplained) == (1, 1)


def test_an_answer_that_never_came_was_interrupted() -> None:
    lost = Answer(step="e1/0", asked_at=80.0)
    assert verdict(replace(CALM, answers=calls(lost)), struck()).unexplained == 0


def test_what_is_asked_twice_without_any_fault_breaks_g2() -> None:
    twice = replace(CALM, answers=calls(answer("e1/0", 95.0)))
    found = verdict(twice, struck(), calm=twice)
    assert (found.repeated, found.repeated_undisturbed) == (0, 1)
    assert not found.bounded


def test_a_run_that_did_not_come_to_its_end_breaks_g3() -> None:
    assert not verdict(replace(CALM, code=3), struck()).kept


def test_restarted_episodes_must_be_reported() -> None:
    silent = verdict(replace(CALM, restarted={"e1"}, reported=0), struck())
    assert (silent.restarted, silent.unreported) == (1, 1)
    assert not silent.told
    assert verdict(replace(CALM, restarted={"e1"}, reported=1), struck()).holds


def test_calls_of_episodes_that_begin_anew_are_counted_apart() -> None:
    again = calls(answer("e1/0", 103.0), answer("e2/0", 103.0))
    found = verdict(replace(CALM, answers=again, restarted={"e1"}, reported=1, anew={"e2"}), struck())
    assert (found.repeated, found.anew) == (0, 2)
    assert found.holds


def test_what_was_planned_and_did_not_happen_is_said() -> None:
    assert verdict(CALM, struck(), planned=4).missed == 3
