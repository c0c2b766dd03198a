"""Twelve simulated panels of known skill: what is measured of their fusions agrees with what is reckoned.

Of each panel's reckoned figures (its s*, the vote's and the judge's share of right answers) as many must lie in the
95 % interval that the report gives as such intervals promise.
"""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple, cast

import numpy as np
from clockwork import VirtualTimeLoop
from goals import Goal
from numpy.typing import NDArray
from scipy import special
from support.exam import Exam, Examinee, ExamJudge
from support.panels import spec_of

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.messages import Message, Origin, Request
from wardian.episodes.record import AgentRef, Asked, EnvironmentRef, Episode, EpisodeSpec, Said, TaskRef
from wardian.fusion.arithmetic import PanelOdds
from wardian.fusion.opening import fused_client
from wardian.reports.fusion.arms import ArmKind
from wardian.reports.fusion.bench import Asked as Answered
from wardian.reports.fusion.bench import Everybody, PlayedArm
from wardian.reports.fusion.course import Course, benched
from wardian.reports.fusion.outcome import ArmReport, BenchReport
from wardian.reports.fusion.reckoning import reckoned
from wardian.reports.fusion.recorded import RecordedTurn, recorded_turns
from wardian.reports.fusion.replay import again, respecified
from wardian.scoring.statistics import Estimate
from wardian.specs.fusion.modes import FusionSpec, PanelFusion

PANELS = (
    ((0.7, 0.7, 0.7), 0.0, 4),
    ((0.7, 0.7, 0.7), 0.3, 4),
    ((0.7, 0.7, 0.7), 0.6, 2),
    ((0.8, 0.8, 0.8, 0.8, 0.8), 0.3, 4),
    ((0.6, 0.6, 0.6), 0.0, 2),
    ((0.85, 0.70, 0.55), 0.0, 4),
    ((0.85, 0.70, 0.55), 0.5, 2),
    ((0.85, 0.70, 0.55), 0.8, 4),
    ((0.9, 0.6, 0.6), 0.3, 2),
    ((0.85, 0.8, 0.75, 0.7), 0.3, 4),
    ((0.95, 0.5, 0.5), 0.5, 2),
    ((0.75, 0.6), 0.2, 4),
)
"""Skills of the members, how their answers are correlated, and how many answers a question has."""
HARMED = 6
"""The panel of which it is known that a vote is worse than its best member: .74 against .85."""
JUDGE = 0.9
QUESTIONS, QUICK = 600, 120
NAMES = "abcdefgh"


def panels(quick: bool) -> Iterator[Goal]:
    """A minute; a fifth of the questions when it must be `quick`."""
    held: list[bool] = []
    for number, (skills, correlation, choices) in enumerate(PANELS):
        odds = PanelOdds(skills=skills, correlation=correlation)
        exam = Exam(QUICK if quick else QUESTIONS, seed=number, choices="ABCD"[:choices])
        report = _benched(odds, exam)
        figures = Reckoned(odds.chances.needed or 0.0, odds.vote(choices), odds.chances.fused(JUDGE))
        held += _holding(figures, report)
        yield from _figures(_named(odds, choices), figures, report)
        if number == HARMED:
            verdict = next(arm.ruling for arm in report.arms if arm.name == "vote")
            yield Goal("the report says that a vote harms this panel", float(verdict == "HARMS"), "of 1", 1, "at least")
    yield Goal("reckoned figures within their 95 % interval", 100 * sum(held) / len(held), "%", 90, "at least")
    yield from _false_alarms(100 if quick else 400)
    yield Goal("replayed decisions that are the same to the byte", *_replayed(quick), 100, "at least")


def _benched(odds: PanelOdds, exam: Exam) -> BenchReport:
    spec, everybody = _panel(odds, exam)
    course = Course(modes=("vote", "best_of"), at_once=exam.size)
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(benched("panel", cast("PanelFusion", spec), exam.questions, everybody, course))


def _panel(odds: PanelOdds, exam: Exam) -> tuple[FusionSpec, Everybody]:
    members = [
        Examinee(name, exam, skill, odds.correlation, steady=0.5)
        for name, skill in zip(NAMES, odds.skills, strict=False)
    ]
    clients: dict[str, ModelClient] = {member.name: member for member in members}
    clients["judge"] = ExamJudge("judge", exam, JUDGE)
    names = [member.name for member in members]
    return spec_of(mode="best_of", members=names, judge="judge", scope="every"), Everybody(clients, SystemClock())


class Reckoned(NamedTuple):
    """What the arithmetic says of a panel: its s*, and how often the vote and the judge's choice are right."""

    needed: float
    vote: float
    judged: float


def _holding(figures: Reckoned, report: BenchReport) -> list[bool]:
    """Which of the reckoned figures lie within their interval."""
    found = {arm.name: arm.right for arm in report.arms}
    pairs = [(found["vote"], figures.vote), (found["best_of"], figures.judged)]
    if report.panel.needed is not None:
        pairs.append((report.panel.needed, figures.needed))
    return [_within(estimate, truth) for estimate, truth in pairs]


def _within(estimate: Estimate, truth: float) -> bool:
    return estimate.low is not None and estimate.high is not None and estimate.low <= truth <= estimate.high


def _named(odds: PanelOdds, choices: int) -> str:
    skills = "/".join(f"{100 * skill:.0f}" for skill in odds.skills)
    return f"{skills} correlated {odds.correlation:g}, {choices} choices"


def _figures(name: str, figures: Reckoned, report: BenchReport) -> Iterator[Goal]:
    arms = {arm.name: arm for arm in report.arms}
    yield Goal(f"{name}: s* (reckoned {100 * figures.needed:.1f})", 100 * _value(report.panel.needed), "%")
    for label, share in (("vote", figures.vote), ("best_of", figures.judged)):
        arm = arms[label]
        said = f"  {label} (reckoned {100 * share:.1f}) {arm.ruling} against {arm.against}"
        yield Goal(said, 100 * arm.right.value, "%")


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None else estimate.value


def _false_alarms(benches: int) -> Iterator[Goal]:
    """Votes over members who are all the same, against as many draws of one of them.

    Both are right equally often, so whatever is said of the vote but that it does not help is an error of the report.
    """
    generator = np.random.default_rng(3)
    rulings = [_null(generator).ruling for _ in range(benches)]
    for ruling in ("helps", "HARMS"):
        share = 100 * rulings.count(ruling) / benches
        yield Goal(f"fusions as good as a single of which it is said: {ruling}", share, f"% of {benches}", 5)


def _null(generator: np.random.Generator) -> ArmReport:
    behind = np.sqrt(0.3) * generator.normal(size=(200, 1)) + np.sqrt(0.7) * generator.normal(size=(200, 6))
    right = behind < special.ndtri(0.7)
    members = [_played(name, "single", right[:, place]) for place, name in enumerate("abc")]
    most = [right[:, places].sum(axis=1) > 1 for places in ([0, 1, 2], [3, 4, 5])]
    arms = [_played("3 x a, vote", "repeated", most[1], 3), _played("vote", "fused", most[0], 3)]
    return next(arm for arm in reckoned("null", members, arms).arms if arm.kind == "fused")


def _played(name: str, kind: ArmKind, right: NDArray[np.bool_], calls: int = 1) -> PlayedArm:
    return PlayedArm(name=name, kind=kind, asked=tuple(Answered(right=bool(each), calls=calls) for each in right))


def _replayed(quick: bool) -> tuple[float, str]:
    """Panels that are waited for with a quorum, judged by one who is drawn by places; per cent of all decisions."""
    decided = []
    for number, (skills, correlation, _) in enumerate(PANELS):
        exam = Exam(QUICK // 4 if quick else QUICK, seed=100 + number)
        spec, everybody = _panel(PanelOdds(skills=skills, correlation=correlation), exam)
        collect = spec.collect.model_copy(update={"quorum": 2, "grace_frac": 0.2})
        spec = spec.model_copy(update={"collect": collect})
        clients = {**everybody.clients, "judge": ExamJudge("judge", exam, JUDGE, biased=0.35)}
        decided += asyncio.run(again(_taken(exam, spec, clients), respecified(spec, None, None)))
    return 100 * sum(each.identical for each in decided) / len(decided), f"% of {len(decided):,}"


def _taken(exam: Exam, spec: FusionSpec, clients: dict[str, ModelClient]) -> list[RecordedTurn]:
    """The exam taken by the fusion, as a run records it."""
    fusion = fused_client("fusion/panel", spec, clients, SystemClock())

    async def one(question: str, prompt: str) -> RecordedTurn:
        origin = Origin(episode=question, task=question, path="t1/agent")
        request = Request(model=fusion.name, messages=(Message(role="user", content=prompt),), origin=origin)
        events = (Said(speaker="user", text=prompt), Asked(turn=1, completion=await fusion.complete(request)))
        played = EpisodeSpec(
            environment=EnvironmentRef(name="exam", pack="exam", version="1", digest="exam"),
            task=TaskRef(id=question, template="exam"),
            agent=AgentRef(name="panel", digest="panel"),
            seed=0,
        )
        record = Episode(spec=played, events=events, stop="finished").model_dump_json()
        return next(recorded_turns(Episode.model_validate_json(record)))

    async def all_of_them() -> list[RecordedTurn]:
        return [await one(question.id, question.prompt) for question in exam.questions]

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(all_of_them())
