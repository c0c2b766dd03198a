"""What a reader of a bench is told."""

from wardian.reports.fusion.outcome import ArmReport, BenchReport, PanelReport
from wardian.reports.fusion.sections import bench_sections
from wardian.reports.markdown import sections_markdown
from wardian.reports.numerals import points
from wardian.scoring.statistics import Estimate, wilson


def estimate(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(value=value, low=low, high=high, tasks=100)


def single(name: str = "a") -> ArmReport:
    return ArmReport(
        name=name,
        kind="single",
        right=wilson(80, 100),
        unanswered=2,
        degraded=0,
        cost_usd=0.01,
        calls=1,
        expense=1,
        p50_s=1,
        p95_s=2,
        against_single=1,
        against_slowest=0.5,
    )


def fused(difference: Estimate) -> ArmReport:
    more = {"name": "vote", "kind": "fused", "against": "a", "difference": difference, "s": wilson(7, 10)}
    return single().model_copy(update=more)


def report(*arms: ArmReport, cached: bool = False) -> BenchReport:
    panel = PanelReport(
        all_right=wilson(50, 100),
        all_wrong=wilson(10, 100),
        oracle=wilson(90, 100),
        mixed=40,
        needed=estimate(0.75, 0.6, 0.9),
        alike=0.3,
    )
    return BenchReport(
        fusion="fusion/p",
        questions=100,
        panel=panel,
        arms=arms,
        in_dollars=True,
        best="a",
        simulated=True,
        cached=cached,
    )


def test_an_interval_across_zero_does_not_help() -> None:
    assert fused(estimate(0.05, -0.01, 0.11)).ruling == "does NOT help"
    assert fused(estimate(0.05, 0.0, 0.1)).ruling == "does NOT help"
    assert fused(estimate(0.05, None, None)).ruling == "does NOT help"


def test_an_interval_on_one_side_is_a_finding() -> None:
    assert fused(estimate(0.05, 0.01, 0.1)).ruling == "helps"
    assert fused(estimate(-0.05, -0.09, -0.01)).ruling == "HARMS"
    assert single().ruling is None


def test_the_verdict_is_said_in_words() -> None:
    text = sections_markdown(bench_sections(report(single(), fused(estimate(0.02, -0.05, 0.1)))))
    assert "Fusion does NOT help here" in text
    assert "SIMULATED MODELS" in text
    assert "| vote | 70.0 [39.7, 89.2] | 75.0 [60.0, 90.0] |" in text


def test_a_fusion_that_helps_is_not_talked_down() -> None:
    text = sections_markdown(bench_sections(report(single(), fused(estimate(0.09, 0.05, 0.13)))))
    assert "NOT help" not in text
    assert "| helps |" in text


def test_times_out_of_the_cache_are_no_times() -> None:
    assert "out of the reply cache" in sections_markdown(bench_sections(report(single(), cached=True)))
    assert "out of the reply cache" not in sections_markdown(bench_sections(report(single())))


def test_the_ruling_stands_in_the_json() -> None:
    assert fused(estimate(0.05, 0.01, 0.1)).model_dump(mode="json")["ruling"] == "helps"


def test_a_bound_beside_zero_shows_on_which_side_it_lies() -> None:
    assert points(estimate(0.1, -0.0002, 0.194)) == "+10.0 [-0.02, 19.40]"
    assert points(estimate(0.1, 0.0, 0.194)) == "+10.0 [0.0, 19.4]"
