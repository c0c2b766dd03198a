"""Two runs, read and compared, and how that is printed."""

import sys
from collections.abc import Mapping

import orjson
from rich.console import Console

from wardian.base.frozen import Frozen
from wardian.output import find_run
from wardian.reports.comparison.change import RunComparison
from wardian.reports.comparison.gate import limits
from wardian.reports.comparison.runs import Played, compare_runs
from wardian.reports.comparison.sections import comparison_sections
from wardian.reports.markdown import sections_markdown
from wardian.reports.terminal import sections_view
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current

__all__ = ["Asked", "compared", "say"]


class Asked(Frozen):
    """What somebody wants to know: of which arms, and how much worse metrics may be, as METRIC=AMOUNT."""

    arms: tuple[str, ...] = ()
    max_drop: tuple[str, ...] = ()
    rule_out: tuple[str, ...] = ()


def compared(runs: tuple[str, str], output: str, asked: Asked, environ: Mapping[str, str]) -> RunComparison:
    """The second of `runs` beside the first, by their records.

    Raises:
        ConfigError: when there is no such run, arm or metric, or nothing that both have played.
    """
    before, after = (_played(find_run(run, output, environ)) for run in runs)
    own = (*before.own, *after.own)
    demands = (*limits(asked.max_drop, "not shown", own), *limits(asked.rule_out, "ruled out", own))
    return compare_runs(before, after, arms=asked.arms, limits=demands)


def _played(folder: RunFolder) -> Played:
    return Played(folder.id, (each.result for each in current(folder.latest)), folder.metrics)


def say(comparison: RunComparison, *, as_json: bool | None) -> None:
    """Print it for people (None), as JSON (True), or as Markdown (False)."""
    if as_json:
        document = {**comparison.model_dump(mode="json"), "passed": comparison.passed}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    elif as_json is None:
        sections = comparison_sections(comparison)
        verdict = sections[:1] if comparison.rulings else ()  # again at the end: the first line has scrolled away
        Console().print(sections_view((*sections, *verdict)))
    else:
        sys.stdout.write(sections_markdown(comparison_sections(comparison)))
