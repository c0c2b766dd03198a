"""Where campaigns stand in the lineage of a prompt."""

from collections.abc import Mapping

from wardian.optimization.campaign.lineage import Lineage
from wardian.output import open_output
from wardian.reports.campaigns.opening import OPENING, Opening, lineage_behind, opening, past
from wardian.runs.folder import RunFolder

__all__ = ["opening_lineage", "runs_beside"]


def opening_lineage(folder: RunFolder, prompt: str, environ: Mapping[str, str]) -> Lineage:
    """The lineage that the campaign in `folder` begins in; the same when it goes on.

    Args:
        folder: of the campaign's run.
        prompt: its name in the registry.
        environ: where a bucket's endpoint is looked for.
    """
    known = opening(folder)
    if known is None:
        refine = folder.job().refine
        others = [each for each in runs_beside(folder, environ) if each.id != folder.id]
        most = 1 if refine is None else refine.search.generations
        known = Opening(prompt=prompt, most=most, lineage=lineage_behind(past(prompt, others)))
        folder.store.put(OPENING, known.model_dump_json(indent=1).encode())
    return known.lineage


def runs_beside(folder: RunFolder, environ: Mapping[str, str]) -> tuple[RunFolder, ...]:
    """All runs in the same output."""
    output = folder.job().output if folder.elsewhere else str(folder.path.parent)
    return open_output(output, environ).runs()
