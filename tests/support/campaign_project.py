"""The shipped campaign, small and quick, with a provider in a process of its own that counts what it is asked."""

import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import orjson
import yaml

from wardian.optimization.campaign.record import CampaignRecord, Expenses
from wardian.reports.campaigns.kept import kept
from wardian.runs.folder import RunFolder
from wardian.runs.journal import manifest, manifest_logs
from wardian.scoring.finished import Finished
from wardian.simulator.counting import ANSWERS, COUNT, Answer, read_answers

__all__ = ["CampaignProject", "Provider", "campaign_project", "counting", "verdict_of"]

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "configs" / "refine_support.yaml"
WARDIAN = [sys.executable, "-m", "wardian"]
QUICK = {
    "preflight": 12,
    "search": {"candidates": 4, "generations": 2},
    "race": {"rungs": [4, 8]},
    "gate": {"pairs": 80},
    "budget": {"episodes": 1000},
}
"""Of `refine`."""
PLANTED = {"pattern": "do not ask again", "accuracy": -0.6, "skip_confirmation": 0.6}
"""What the bad rule of the prompt does: so much that few pairs are enough to see it."""


class Provider:
    """Simulated models at a URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def place(self) -> str:
        """As a config names it."""
        return self.url.replace("http://", "sim://").removesuffix("/v1")

    @property
    def count(self) -> int:
        """How many answers it has given or is giving."""
        return int(orjson.loads(self._get(COUNT))["answers"])

    def answers(self) -> Sequence[Answer]:
        """What it was asked."""
        return read_answers(self._get(ANSWERS))

    def proposals(self) -> Counter[str]:
        """How often each edit was asked for: in no episode."""
        return Counter(answer.step for answer in self.answers() if not answer.episode)

    def repeated(self) -> int:
        """How many answers somebody had already."""
        return sum(times - 1 for times in Counter(answer.step for answer in self.answers()).values())

    def _get(self, path: str) -> bytes:
        with urlopen(f"{self.url}{path}", timeout=10) as reply:
            return bytes(reply.read())


class CampaignProject:
    """A folder with `job.yaml`, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begun(self, *words: str) -> "subprocess.Popen[str]":
        """`wardian WORDS`, as a process."""
        pipe = subprocess.PIPE
        return subprocess.Popen([*WARDIAN, *words], cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def done(self, *words: str, code: int = 0) -> str:
        """What `wardian WORDS` says on stdout."""
        process = self.begun(*words)
        out, err = process.communicate(timeout=170)
        assert process.returncode == code, err
        return out

    def twin(self, folder: Path, provider: Provider) -> "CampaignProject":
        """A copy of it with other models: the same campaign, for its seeds follow from its name."""
        shutil.copytree(self.folder, folder)
        for file in (folder / "job.yaml", *folder.glob("runs/*/job.json")):
            file.write_text(re.sub(r"sim://[\w.:]+", provider.place, file.read_text()))
        return CampaignProject(folder)

    def broken_off(self, provider: Provider, answers: int, *words: str) -> None:
        """`wardian WORDS`, ended without a word when so many answers were given."""
        process = self.begun(*words)
        while provider.count < answers:
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        process.kill()
        process.communicate(timeout=10)

    @property
    def run(self) -> RunFolder:
        """The newest run."""
        return RunFolder.find("last", self.folder / "runs")

    @property
    def record(self) -> CampaignRecord:
        """Of the newest run's campaign."""
        record = kept(self.run)
        assert record is not None
        return record

    def manifest(self) -> list[Finished]:
        """All lines of the newest run's manifest, in the order of writing."""
        store = self.run.store
        return [line for log in manifest_logs(store) for _, line in manifest(store, log)]


@contextmanager
def counting(folder: Path, **skill: float) -> Iterator[Provider]:
    """Start the shipped config's models, without latency; they end with the block. `skill` is the support model's."""
    config = yaml.safe_load(SHIPPED.read_text())
    for model in config["servers"]["simulator"]["skills"].values():
        model["latency_s"] = 0.0
    support = config["servers"]["simulator"]["skills"]["support-model"]
    support.update(skill)
    support["rules"][0] = PLANTED
    support["hallucinated_id"] = 0.0  # or who gets further makes up more on the way, and a guardrail breaks
    config["prompts"] = {"support": "…"}
    file = folder / "provider.yaml"
    file.write_text(yaml.safe_dump(config))
    words = ["simulate-counted", str(file), "--server", "simulator"]
    with subprocess.Popen([*WARDIAN, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Provider(orjson.loads(process.stdout.readline())["url"])
        finally:
            process.kill()


def campaign_project(folder: Path, provider: Provider, **refine: Any) -> CampaignProject:
    """The shipped config with these models; `refine` has other values for keys of it."""
    folder.mkdir(exist_ok=True)
    config = yaml.safe_load(SHIPPED.read_text())
    for model in config["models"].values():
        model["base_url"] = provider.place
        del model["server"]
    del config["servers"]
    config["prompts"] = {"support": (SHIPPED.parent / "prompts" / "support.md").read_text()}
    config["refine"].update({**QUICK, **refine})
    config["executor"]["concurrency"] = 16
    config["tracking"] = {"enabled": False}
    (folder / "job.yaml").write_text(yaml.safe_dump(config))
    return CampaignProject(folder)


def verdict_of(record: CampaignRecord) -> CampaignRecord:
    """The record without what it took: that is more when more was in flight at a verdict."""
    other = {"started_at": 0.0, "wall_s": 0.0, "busy_s": 0.0, "expenses": Expenses()}
    return record.model_copy(update=other)
