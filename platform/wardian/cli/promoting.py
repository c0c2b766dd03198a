"""`wardian promote`, `rollback` and `lineage`: which version of a prompt is in use, and where it comes from."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import orjson

from wardian.base.errors import ConfigError, InfraError
from wardian.base.frozen import Frozen
from wardian.cli.lineages import elsewhere
from wardian.cli.sync import sync_campaign
from wardian.cli.tracking import store_uri
from wardian.optimization.campaign.record import CampaignRecord
from wardian.output import SHARED, find_run, open_output
from wardian.reports.campaigns.ancestry import Ancestry, ancestry_of, ancestry_text
from wardian.reports.campaigns.kept import campaigns, kept
from wardian.runs.folder import RunFolder
from wardian.specs.output import is_bucket
from wardian.tracking.mlflow_lineage import PromptHistory, history_of
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.mlflow_store import asked, is_there
from wardian.tracking.promotion import Move, promote, rollback
from wardian.tracking.prompt_version import CHAMPION
from wardian.tracking.tracker import default_uri

__all__ = ["promote_prompt", "roll_back", "show_lineage"]

Answer = TypeVar("Answer")


class _Known(Frozen):
    """What is known here of a prompt.

    Args:
        prompt: its name in the registry.
        campaign: the campaign that was named, "" where the prompt was.
        records: of campaigns of it in this output.
        uri: of MLflow's store, maybe with a password; None for none.
    """

    prompt: str
    campaign: str = ""
    records: tuple[CampaignRecord, ...] = ()
    uri: str | None = None

    def ask(self, question: Callable[[Any], Answer]) -> Answer:
        """What the registry says.

        Raises:
            ConfigError: when there is none.
            InfraError: when it does not answer.
        """
        if self.uri is None or not is_there(self.uri):
            raise ConfigError(f"{self.prompt}: nothing of it is in MLflow (tracking.enabled)")
        return asked(self.uri, question)


def promote_prompt(target: str, version: int | None, output: str, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Use what a gate has promoted: the challenger of a prompt, what a campaign came to, or a version by its number.

    Raises:
        ConfigError: when there is nothing to promote, or it was not measured against what is in use.
        InfraError: when MLflow does not answer.
    """
    known = _known(target, output, environ)

    def move(client: Any) -> Move:
        return promote(MlflowPrompts(client), known.prompt, version=version, campaign=known.campaign)

    _show(known.ask(move), as_json=as_json)


def roll_back(target: str, output: str, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Use the previous version of a prompt again.

    Raises:
        ConfigError: when there is none.
        InfraError: when MLflow does not answer.
    """
    known = _known(target, output, environ)
    _show(known.ask(lambda client: rollback(MlflowPrompts(client), known.prompt)), as_json=as_json)


def show_lineage(target: str, output: str, environ: Mapping[str, str], *, as_json: bool) -> None:
    """Print where the versions of a prompt come from: what each was measured against, and what came of it.

    Raises:
        ConfigError: when nobody knows the prompt.
    """
    ancestry = _ancestry(_known(target, output, environ))
    if as_json:
        document = orjson.dumps(ancestry.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
        sys.stdout.buffer.write(document + b"\n")
    else:
        sys.stdout.write(ancestry_text(ancestry))


def _known(target: str, output: str, environ: Mapping[str, str]) -> _Known:
    """A prompt or a campaign by its name; what MLflow misses of the campaign is delivered first."""
    folders = [folder for folder in open_output(output, environ).runs() if kept(folder) is not None]
    campaign = _campaign(target, folders, output, environ)
    named = None if campaign is None else kept(campaign)
    prompt = target if named is None else named.prompt
    records = [record for record in campaigns(folders) if record.prompt == prompt]
    if named is not None and named not in records:
        records.append(named)
    ids = {record.id for record in records}
    last = campaign or next((folder for folder in reversed(folders) if folder.id in ids), None)
    uri = _uri_without_campaign(output, environ) if last is None else _uri(last, environ)
    if campaign is not None and not campaign.played and uri is not None:
        sync_campaign(campaign, environ)
    return _Known(prompt=prompt, campaign="" if campaign is None else campaign.id, records=tuple(records), uri=uri)


def _campaign(target: str, folders: list[RunFolder], output: str, environ: Mapping[str, str]) -> RunFolder | None:
    """The campaign that is meant; None where that is a prompt.

    Raises:
        ConfigError: when a run is meant that is no campaign.
    """
    found = next((folder for folder in folders if folder.id == target), None)
    if found is None and (target == "last" or is_bucket(target) or "/" in target):
        found = find_run(target, output, environ, "refine")
        if kept(found) is None:
            raise ConfigError(f"{found.id}: is no campaign")
    return found


def _uri(folder: RunFolder, environ: Mapping[str, str]) -> str | None:
    job = folder.job()
    return store_uri(job, folder.path.parent, environ) if job.tracking.enabled else None


def _uri_without_campaign(output: str, environ: Mapping[str, str]) -> str:
    """Where runs that begin here would be tracked."""
    return environ.get("MLFLOW_TRACKING_URI") or default_uri(SHARED if is_bucket(output) else Path(output))


def _ancestry(known: _Known) -> Ancestry:
    history, problem = PromptHistory(), ""
    if known.uri is not None and is_there(known.uri):
        try:
            history = known.ask(lambda client: history_of(client, known.prompt))
        except InfraError as error:
            problem = f"{error}: campaigns elsewhere are not shown, nor what is in use"
    others = {each.id: each.record for each in elsewhere(history.campaigns) if each.record is not None}
    records = {**others, **{record.id: record for record in known.records}}
    if not records and not history.versions and not problem:
        raise ConfigError(f"nobody knows a prompt '{known.prompt}', nor a campaign of that name")
    return ancestry_of(
        known.prompt,
        records.values(),
        aliases=history.aliases,
        numbers=_numbers(history),
        problem=problem,
    )


def _numbers(history: PromptHistory) -> Mapping[str, int]:
    """By content hash, which a candidate of the text has, too; of two with one text the one with the best alias."""
    known = {each.text: each.tags["bundle_sha"] for each in history.candidates if "bundle_sha" in each.tags}
    weights = {**dict.fromkeys(history.aliases.values(), 1), history.aliases.get(CHAMPION, 0): 2}
    ordered = sorted(history.versions, key=lambda each: (weights.get(each.version, 0), each.version))
    found = {each.tags.get("bundle_sha", known.get(each.text)): each.version for each in ordered}
    return {sha: number for sha, number in found.items() if sha is not None}


def _show(move: Move, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(move.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
        return
    before = "" if move.previous is None else f", before it {move.previous.label}"
    already = "" if move.moved else " already"
    sys.stdout.write(f"champion of {move.prompt} is {move.champion.label}{already}{before if move.moved else ''}\n")
    if move.champion.message:
        sys.stdout.write(f"  {move.champion.message}\n")
    line = f"`prompts: {{{move.prompt.rpartition('.')[2]}: prompts:/{move.prompt}@champion}}`"
    sys.stdout.write(f"  a config reads this text with {line}, and none that has its own text or `file:`\n")
