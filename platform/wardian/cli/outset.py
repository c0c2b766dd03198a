"""What a campaign says as it begins of the prompt that it refines: which gate is next, and what is in use."""

from collections.abc import Iterator, Mapping
from typing import Any

from wardian.base.errors import InfraError
from wardian.cli.tracking import store_uri
from wardian.optimization.gate.level import Level, is_plain
from wardian.reports.campaigns.opening import Opening, opening
from wardian.runs.folder import RunFolder
from wardian.specs.job import JobSpec
from wardian.specs.refinement import RefineSpec
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.mlflow_store import asked, is_there
from wardian.tracking.prompt_version import CHAMPION, PromptVersion

__all__ = ["outset"]


def outset(folder: RunFolder, job: JobSpec, text: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Lines with their labels; none where the campaign is the first, and refines what is in use. Blocks.

    Args:
        folder: of a campaign that has noted where it begins.
        job: with a `refine`.
        text: all of the version that it begins with, as one.
        environ: where the password of MLflow's store is.
    """
    known = opening(folder)
    if known is None or job.refine is None:
        return
    if known.lineage.gates:
        yield "lineage", _next_gate(known, job.refine)
    champion = _in_use(folder, job, known.prompt, environ)
    if champion is not None and champion.text != text:
        reads = f"prompts:/{known.prompt}@{CHAMPION} reads it"
        yield "champion", f"in use is {champion.label}, this config has another text; {reads}"


def _next_gate(known: Opening, spec: RefineSpec) -> str:
    before = known.lineage.gates
    alpha = Level.of(spec.gate.alpha, before + 1, plain=is_plain(spec.metric)).alpha
    return f"gate {before + 1} of this prompt's lineage: {before} before it, alpha {alpha:.4f}"


def _in_use(folder: RunFolder, job: JobSpec, prompt: str, environ: Mapping[str, str]) -> PromptVersion | None:
    """The registry's champion; None where there is none, or nobody answers, which was said when gates were counted."""
    uri = store_uri(job, folder.path.parent, environ)
    if not (job.tracking.enabled and is_there(uri)):
        return None

    def ask(client: Any) -> PromptVersion | None:
        return MlflowPrompts(client).aliased(prompt, CHAMPION)

    try:
        return asked(uri, ask)
    except InfraError:
        return None
