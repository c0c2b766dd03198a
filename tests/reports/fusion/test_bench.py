"""A bench asks the panel once, and its verdicts follow from intervals."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest
from support.exam import Exam, Examinee, ExamJudge
from support.panels import spec_of

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ConfigError
from wardian.base.messages import Request
from wardian.fusion.arithmetic import PanelOdds
from wardian.fusion.tariffs import Tariffs
from wardian.reports.fusion.bench import Everybody
from wardian.reports.fusion.course import Course, benched
from wardian.reports.fusion.outcome import ArmReport, BenchReport
from wardian.reports.fusion.sections import bench_sections
from wardian.specs.endpoints import EndpointSpec, PriceSpec
from wardian.specs.fusion.modes import BestOfSpec, PanelFusion, VoteSpec
from wardian.specs.questions import Question

Run = Callable[[Coroutine[Any, Any, BenchReport]], BenchReport]

UNEQUAL = (0.85, 0.70, 0.55)
MODES = Course(modes=("vote", "best_of"), at_once=1_000)


def panel_of(**said: Any) -> PanelFusion:
    spec = spec_of(members=["a", "b", "c"], scope="every", **said)
    assert isinstance(spec, VoteSpec | BestOfSpec)
    return spec


def clients(exam: Exam, skills: tuple[float, ...], judge: float = 0.9) -> dict[str, ModelClient]:
    names = "abc"[: len(skills)]
    members = [Examinee(name, exam, skill) for name, skill in zip(names, skills, strict=True)]
    return {"judge": ExamJudge("judge", exam, judge), **{member.name: member for member in members}}


def all_of(clients: dict[str, ModelClient]) -> Everybody:
    """With prices by which a call that is cut off costs about as much as any."""
    price = PriceSpec(input=50_000, output=0)
    return Everybody(clients, SystemClock(), Tariffs({name: [EndpointSpec(server="s", price=price)] for name in "abc"}))


def arm(report: BenchReport, name: str) -> ArmReport:
    return next(arm for arm in report.arms if arm.name == name)


def test_the_unequal_panel_is_harmed_by_a_vote_and_the_report_says_so(run_virtual: Run) -> None:
    exam = Exam(300)
    course = Course(modes=("vote",), at_once=1_000)
    report = run_virtual(benched("p", panel_of(), exam.questions, all_of(clients(exam, UNEQUAL)), course))
    odds = PanelOdds(skills=UNEQUAL, correlation=0.5)
    vote = arm(report, "vote")
    assert vote.ruling == "HARMS"
    assert vote.against == "a" or vote.against.startswith("3 x a")
    assert vote.right.low is not None
    assert vote.right.high is not None
    assert vote.right.low <= odds.vote(4) <= vote.right.high
    assert report.panel.needed is not None
    assert report.panel.needed.value == pytest.approx(odds.chances.needed, abs=0.05)


def test_a_good_judge_over_equal_members_helps(run_virtual: Run) -> None:
    exam = Exam(200)
    panel = panel_of(mode="best_of", judge="judge")
    everybody = clients(exam, (0.7, 0.7, 0.7), judge=0.95)
    for name in "abc":
        everybody[name] = Examinee(name, exam, 0.7, correlation=0.3, steady=0.9)
    report = run_virtual(benched("p", panel, exam.questions, all_of(everybody), MODES))
    judged = arm(report, "best_of")
    assert judged.ruling == "helps"
    assert judged.s is not None
    assert judged.s.value == pytest.approx(0.95, abs=0.03)
    assert judged.kept is not None
    assert judged.kept.value == 1.0
    assert judged.rescued is not None
    assert judged.rescued.value == 0.0


def test_the_panel_is_asked_once_however_many_arms_hear_it(run_virtual: Run) -> None:
    exam = Exam(40)
    everybody = clients(exam, UNEQUAL)
    panel = panel_of(mode="best_of", judge="judge")
    report = run_virtual(benched("p", panel, exam.questions, all_of(everybody), MODES))
    assert [everybody[name].asked for name in "bc"] == [40, 40]  # type: ignore[attr-defined]  # they are examinees
    assert everybody["a"].asked == 3 * 40  # type: ignore[attr-defined]  # two draws more, for the same price
    assert {arm.name for arm in report.arms} >= {"a", "b", "c", "3 x a, vote", "3 x a, best_of", "vote", "best_of"}


def test_arms_take_as_long_as_alone(run_virtual: Run) -> None:
    exam = Exam(60)
    report = run_virtual(benched("p", panel_of(), exam.questions, all_of(clients(exam, UNEQUAL)), MODES))
    vote = arm(report, "vote")
    assert vote.against_slowest is not None
    assert vote.against_slowest <= 1.0 + 1e-6
    assert vote.against_single is not None
    assert vote.p50_s > 0.3


def test_a_dear_panel_is_compared_with_several_draws_of_the_best(run_virtual: Run) -> None:
    exam = Exam(80)
    everybody = clients(exam, UNEQUAL)
    everybody["b"] = Examinee("b", exam, 0.7, cost=4.0)
    everybody["judge"] = ExamJudge("judge", exam, 0.9, cost=0.0)
    panel = panel_of(mode="best_of", judge="judge")
    course = Course(modes=("best_of",), at_once=1_000)
    report = run_virtual(benched("p", panel, exam.questions, all_of(everybody), course))
    assert "6 x a, vote" in {arm.name for arm in report.arms}
    assert report.in_dollars
    assert arm(report, "best_of").expense == pytest.approx(6.0, abs=0.1)


def test_a_panel_whose_best_costs_almost_everything_is_compared_with_that_one(run_virtual: Run) -> None:
    exam = Exam(80)
    everybody = clients(exam, UNEQUAL)
    everybody["a"] = Examinee("a", exam, 0.85, cost=40.0)
    panel = panel_of(mode="best_of", judge="judge")
    report = run_virtual(benched("p", panel, exam.questions, all_of(everybody), MODES))
    assert not [arm for arm in report.arms if arm.kind == "repeated"]
    assert arm(report, "best_of").against == "a"


def test_every_mode_is_an_arm_and_a_cascade_saves_money(run_virtual: Run) -> None:
    exam = Exam(60)
    everybody = clients(exam, UNEQUAL)
    everybody["a"] = Examinee("a", exam, 0.85, cost=8.0)
    panel = panel_of(mode="best_of", judge="judge")
    report = run_virtual(benched("p", panel, exam.questions, all_of(everybody), Course(at_once=1_000)))
    fused = {arm.name: arm for arm in report.arms if arm.kind == "fused"}
    assert set(fused) == {"vote", "best_of", "merge", "debate", "cascade"}
    assert fused["cascade"].expense < 0.9
    assert fused["merge"].s == fused["best_of"].s
    assert fused["cascade"].against in ("b", "c")
    assert [arm.name for arm in report.arms if arm.over_unheard is not None] == ["debate"]
    talk = fused["debate"].over_unheard
    assert talk is not None
    first = fused["debate"].right.value - talk.value
    assert first == pytest.approx(fused["vote"].right.value, abs=0.05)  # a vote decides as soon as it can
    assert all(arm.unanswered == 0 for arm in report.arms)


def test_alike_answers_show_nothing(run_virtual: Run) -> None:
    exam = Exam(30)
    everybody = clients(exam, (0.999999, 0.999999, 0.999999))
    report = run_virtual(benched("p", panel_of(), exam.questions, all_of(everybody), MODES))
    assert arm(report, "vote").ruling == "does NOT help"
    assert report.panel.needed is None


async def test_a_question_without_gold_is_refused() -> None:
    with pytest.raises(ConfigError, match="'7' has no gold"):
        await benched("p", panel_of(), [Question(id="7", prompt="?")], Everybody({}, SystemClock()))


def test_who_answers_nothing_is_paid_and_wrong(run_virtual: Run) -> None:
    class Refuser(Examinee):
        async def complete(self, request: Request) -> Completion:
            return (await super().complete(request)).model_copy(update={"finish": "refusal"})

    exam = Exam(10)
    members: dict[str, ModelClient] = {name: Refuser(name, exam, 0.8) for name in "abc"}
    report = run_virtual(benched("p", panel_of(), exam.questions, all_of(members), Course(modes=("vote",))))
    vote = arm(report, "vote")
    assert (vote.unanswered, vote.right.value, vote.calls) == (10, 0.0, 3.0)
    assert vote.expense == pytest.approx(3.0)


async def test_a_prompt_stands_before_the_questions_own() -> None:
    asked: list[Request] = []

    class Listener(Examinee):
        async def complete(self, request: Request) -> Completion:
            asked.append(request)
            return await super().complete(request)

    exam = Exam(1)
    (question,) = (each.model_copy(update={"system": "In one letter."}) for each in exam.questions)
    members = {name: Listener(name, exam, 0.8, seconds=0.0) for name in "abc"}
    course = Course(modes=("vote",), prompt="You sit an exam.")
    await benched("p", panel_of(), [question], all_of({**members}), course)
    said = [message.content for message in asked[0].messages]
    assert said == ["You sit an exam.", "In one letter.", question.prompt]


def test_each_fusion_is_held_against_as_many_draws_as_it_costs_itself(run_virtual: Run) -> None:
    exam = Exam(60)
    everybody = clients(exam, UNEQUAL)
    everybody["a"] = Examinee("a", exam, 0.85, cost=4.0)  # the panel costs a draw and a half
    everybody["judge"] = ExamJudge("judge", exam, 0.9, cost=7.0)  # what a judge makes of it, three
    panel = panel_of(mode="best_of", judge="judge")
    report = run_virtual(benched("p", panel, exam.questions, all_of(everybody), MODES))
    judged, vote = arm(report, "best_of"), arm(report, "vote")
    draws = int(1.05 * judged.expense)
    assert draws >= 2
    assert {f"{draws} x a, vote", f"{draws} x a, best_of"} <= {arm.name for arm in report.arms}
    assert vote.against == "a"
    assert vote.against_expense == 1.0
    assert judged.against_expense is not None
    assert judged.against_expense <= 1.05 * judged.expense


def test_the_table_says_what_a_fusion_is_held_against_and_what_that_costs(run_virtual: Run) -> None:
    exam = Exam(60)
    everybody = clients(exam, UNEQUAL)
    everybody["a"] = Examinee("a", exam, 0.85, cost=4.0)
    course = Course(modes=("vote",), at_once=1_000)
    verdicts = bench_sections(run_virtual(benched("p", panel_of(), exam.questions, all_of(everybody), course)))[0]
    assert [row[3] for row in verdicts.rows if row[0] == "vote"] == ["a (x1.00)"]
    assert "Too cheap for a second draw of the best member: vote." in verdicts.notes


@dataclass
class Held(Examinee):
    """Its answers reach us later than they were given: this machine was busy."""

    held_s: float = 0.0

    async def complete(self, request: Request) -> Completion:
        completion = await super().complete(request)
        await SystemClock().sleep(self.held_s)
        return completion


def test_a_bench_follows_from_answers_and_recorded_times_whatever_the_clock_does(run_virtual: Run) -> None:
    exam = Exam(40)
    panel = panel_of(mode="best_of", judge="judge", collect={"quorum": 2, "grace_frac": 0.1})

    def bench(held: tuple[float, ...]) -> BenchReport:
        everybody = clients(exam, UNEQUAL)
        for name, skill, held_s in zip("abc", UNEQUAL, held, strict=True):
            everybody[name] = Held(name, exam, skill, held_s=held_s)
        return run_virtual(benched("p", panel, exam.questions, all_of(everybody), MODES))

    assert bench((0.0, 0.0, 0.0)) == bench((0.5, 3.0, 0.0))
