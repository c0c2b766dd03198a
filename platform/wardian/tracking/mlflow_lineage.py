"""What MLflow knows of a prompt: its versions and aliases, and the campaigns that refined it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wardian.base.frozen import Frozen
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.prompt_version import CHALLENGER, CHAMPION, PREVIOUS, PromptVersion, candidates_of

__all__ = ["PromptHistory", "TrackedCampaign", "campaigns_of", "history_of"]


class TrackedCampaign(Frozen):
    """A campaign as MLflow keeps it: the id of its folder, and those of its files that were delivered.

    `goes_on`: whether it is said to be played; a process that was killed says nothing else.
    """

    id: str
    record: bytes | None = None
    opening: bytes | None = None
    goes_on: bool = True


class PromptHistory(Frozen):
    """A prompt in the registry.

    Args:
        versions: of its own name, the oldest first.
        candidates: all that entered a gate.
        aliases: the number of the version that each one is.
        campaigns: that refined it.
    """

    versions: tuple[PromptVersion, ...] = ()
    candidates: tuple[PromptVersion, ...] = ()
    aliases: Mapping[str, int] = {}
    campaigns: tuple[TrackedCampaign, ...] = ()


def history_of(client: Any, prompt: str) -> PromptHistory:
    """All that is known of a prompt; blocks, and raises what the store raises."""
    prompts = MlflowPrompts(client)
    aliased = {alias: prompts.aliased(prompt, alias) for alias in (CHAMPION, CHALLENGER, PREVIOUS)}
    return PromptHistory(
        versions=prompts.versions(prompt),
        candidates=prompts.versions(candidates_of(prompt)),
        aliases={alias: version.version for alias, version in aliased.items() if version is not None},
        campaigns=campaigns_of(client, prompt),
    )


def campaigns_of(client: Any, prompt: str) -> tuple[TrackedCampaign, ...]:
    """The campaigns of a prompt in all experiments that show it; blocks, and raises what the store raises."""
    experiments = MlflowPrompts(client).experiments(prompt)
    if not experiments:
        return ()
    chosen = f"tags.`wardian.role` = 'campaign' and tags.`wardian.prompt` = '{prompt}'"
    runs = client.search_runs(experiments, chosen, max_results=1_000)
    return tuple(_campaign(client, run) for run in runs)


def _campaign(client: Any, run: Any) -> TrackedCampaign:
    run_id = run.info.run_id
    there = {entry.path for entry in client.list_artifacts(run_id)}
    with tempfile.TemporaryDirectory() as folder:
        files = {
            key: Path(client.download_artifacts(run_id, name, folder)).read_bytes()
            for key, name in (("record", "campaign.json"), ("opening", "lineage.json"))
            if name in there
        }
    goes_on = run.data.tags.get("wardian.status", "running") == "running"
    return TrackedCampaign(id=run.data.tags["wardian.campaign"], goes_on=goes_on, **files)
