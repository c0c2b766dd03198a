"""Two runs, read and compared, and how that is printed."""

import sys
from collections.abc import Mapping, Sequence

import orjson
from rich.console import Console

from wardian.output import find_run
from wardian.reports.comparison.change import RunComparison
from wardian.reports.comparison.gate import Limit
from wardian.reports.comparison.runs import Played, compare_runs
from wardian.reports.comparison.sections import comparison_sections
from wardian.reports.markdown import sections_markdown
from wardian.reports.terminal import sections_view
from wardian.runs.rescoring import current

__all__ = ["compared", "say"]


def compared(
    runs: tuple[str, str], output: str, arms: Sequence[str], limits: Sequence[Limit], environ: Mapping[str, str]
) -> RunComparison:
    """The second of `runs` beside the first, by their records.

    Raises:
        ConfigError: when there is no such run or arm, or nothing that both have played.
    """
    folders = [find_run(run, output, environ) for run in runs]
    before, after = (Played(folder.id, (each.result for each in current(folder.latest))) for folder in folders)
    return compare_runs(before, after, arms=arms, limits=limits)


def say(comparison: RunComparison, *, as_json: bool | None) -> None:
    """Print it for people (None), as JSON (True), or as Markdown (False)."""
    if as_json:
        document = {**comparison.model_dump(mode="json"), "passed": comparison.passed}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    elif as_json is None:
        Console().print(sections_view(comparison_sections(comparison)))
    else:
        sys.stdout.write(sections_markdown(comparison_sections(comparison)))
