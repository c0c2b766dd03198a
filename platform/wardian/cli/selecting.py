"""`wardian fusion episodes`: one of several episodes of a task, selected by a metric."""

from collections.abc import Sequence

from wardian.base.errors import ConfigError
from wardian.cli.benching import say
from wardian.reports.fusion.episode_sections import EpisodeFusions, episode_sections
from wardian.reports.fusion.episodes import fused_episodes, selector
from wardian.runs.folder import RunFolder
from wardian.runs.rescoring import current
from wardian.scoring.catalogue import CATALOGUE

__all__ = ["select_episodes"]


def select_episodes(folder: RunFolder, by: Sequence[str], *, as_json: bool | None) -> None:
    """Print what selecting among the episodes of each task would be worth, for each of the metrics `by`.

    Raises:
        ConfigError: when one of them is no metric that selects, or no task was played more than once.
    """
    metrics = [selector(name, (*CATALOGUE, *folder.metrics)) for name in dict.fromkeys(by)]
    results = [finished.result for finished in current(folder.latest)]
    fusions = tuple(fusion for metric in metrics for fusion in fused_episodes(results, metric))
    if not fusions:
        raise ConfigError(f"{folder.id}: no two episodes began in one state; say `forks: 4` in the job")
    report = EpisodeFusions(run=folder.id, fusions=fusions)
    say(report, episode_sections(report), as_json=as_json)
