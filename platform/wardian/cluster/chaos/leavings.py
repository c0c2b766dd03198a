"""What a run has left: in its journal, in its tables, and with its providers."""

from collections import Counter
from collections.abc import Mapping, Sequence

from wardian.base.identity import digest
from wardian.base.store import RunStore
from wardian.environments.pack import Pack
from wardian.runs.chaos.verdict import Left
from wardian.runs.folder import RunFolder
from wardian.runs.journal import manifest, manifest_logs
from wardian.runs.plan import Plan
from wardian.runs.status import read_status
from wardian.scoring.essence import essence
from wardian.scoring.finished import Finished
from wardian.simulator.counting import Answer
from wardian.storage.parts import table_files
from wardian.storage.results import Tables

__all__ = ["left_by"]


def left_by(folder: RunFolder, packs: Mapping[str, Pack], answers: Sequence[Answer], code: int, wall_s: float) -> Left:
    """What the run in `folder` left behind.

    Args:
        folder: of the run.
        packs: its environments.
        answers: what its models were paid for.
        code: with which it ended.
        wall_s: how long it took, in seconds.
    """
    specs = list(Plan(folder.job(), packs))
    results = _counting(folder.store)
    tables = Tables(folder.tables) if table_files(folder.tables, "episodes") else None
    return Left(
        planned={spec.key for spec in specs},
        anew={spec.key for spec in specs if packs[spec.environment.name].replay != "exact"},
        results=Counter(finished.result.episode for finished in results),
        essences={finished.result.episode: digest(essence(folder.load(finished))) for finished in results},
        restarted={finished.result.episode for finished in results if finished.result.attempt > 1},
        reported=read_status(folder.store).restarted,
        rows=0 if tables is None else tables.count(),
        doubled_rows=0 if tables is None else tables.doubled(),
        answers=answers,
        code=code,
        wall_s=wall_s,
    )


def _counting(store: RunStore) -> list[Finished]:
    """All lines of the manifest, older ones too, that are not of an episode to be played again."""
    lines = (finished for log in manifest_logs(store) for _, finished in manifest(store, log))
    return [finished for finished in lines if not finished.result.again]
