"""The journal: what a run has paid for and never pays again.

Records of episodes stand in `results` logs, each written by the process that played them. What counts is the manifest:
one line for every result, with its numbers and the place of its record. Only the process that holds the run writes it,
one log for each time that somebody does. A record that the manifest does not name is none.

Who scores an episode again leaves its record alone: the new scores stand in a `verdicts` log, and a new line names
both.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from wardian.base.errors import ConfigError, StoreError
from wardian.base.store import Durability, Place, RunStore
from wardian.runs.late_log import LateLog
from wardian.runs.records import Records
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored, Verdict

__all__ = ["Journal", "encoded", "load_record", "manifest", "manifest_logs", "read_journal"]

MANIFEST: Final = "manifest"
VERDICTS: Final = "verdicts"
LINE: Final = TypeAdapter(Finished)


class Journal:
    """Takes every result before anybody else sees it; for the process that holds `store`.

    Raises:
        ConfigError: when the manifest is damaged before its end: results that were paid for stand behind that.
    """

    def __init__(self, store: RunStore, durability: Durability = "process") -> None:
        for log in manifest_logs(store):
            if damage := store.damage(log):
                why = f"damaged at byte {damage.offset}, with more behind it; restore the file from a copy"
                raise ConfigError(f"{store.url}/{damage.file}: {why}")
        self._store = store
        self._manifest = LateLog(store, MANIFEST, durability)
        self._records = Records(store, durability)
        self._verdicts = LateLog(store, VERDICTS, durability)

    async def write(self, finished: Finished) -> None:
        """Append one result; its record as well, unless the process that played it has.

        Raises:
            StoreError: when the store does not take it; what was written before is safe.
        """
        try:
            placed = finished if finished.place is not None else await self._records.put(finished)
            await self._manifest.append((encoded(placed),))
        except OSError as error:
            raise StoreError(f"{self._store.url}: the journal cannot be written: {error.strerror or error}") from error

    async def amend(self, judged: Sequence[tuple[Finished, Scored]]) -> None:
        """Append new scores of results that are here already.

        Raises:
            StoreError: when the store does not take them; what was written before is safe.
        """
        try:
            places = await self._verdicts.append([scored.verdict.model_dump_json().encode() for _, scored in judged])
            lines = (_amended(*each, place) for each, place in zip(judged, places, strict=True))
            await self._manifest.append([encoded(line) for line in lines])
        except OSError as error:
            raise StoreError(f"{self._store.url}: the journal cannot be written: {error.strerror or error}") from error

    async def close(self) -> None:
        """Wait until everything is safe; closing twice is harmless."""
        await self._records.close()
        await self._verdicts.close()
        await self._manifest.close()


def _amended(finished: Finished, scored: Scored, verdict: Place) -> Finished:
    return Finished(Result.of(scored), finished.place, lease=finished.lease, verdict=verdict)


def encoded(finished: Finished) -> bytes:
    """A line of the manifest."""
    return LINE.dump_json(finished, exclude={"record"}, exclude_defaults=True)


def read_journal(store: RunStore, logs: Sequence[str] | None = None) -> Iterator[Finished]:
    """The newest result of every episode, in the order of writing; one in memory at a time.

    Args:
        store: of the run.
        logs: those of the manifest that are read; by default all.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    known = manifest_logs(store) if logs is None else logs
    older = _written_again(store, known)
    for finished in _lines(store, known):
        if not older[finished.result.episode]:
            yield finished
        else:
            older[finished.result.episode] -= 1


def load_record(store: RunStore, finished: Finished) -> Scored:
    """The record of an episode, with its newest scores.

    Raises:
        ConfigError: when it is not in the store any more, or damaged.
    """
    if finished.record is not None:
        return finished.record
    episode = finished.result.episode
    try:
        scored = Scored.model_validate_json(_payload(store, finished.place, episode))
        if finished.verdict is None:
            return scored
        return scored.judged(Verdict.model_validate_json(_payload(store, finished.verdict, episode)))
    except ValidationError:
        raise ConfigError(f"{store.url}: holds results that this version of Wardian cannot read") from None


def _payload(store: RunStore, place: Place | None, episode: str) -> bytes:
    payload = None if place is None else store.read(place)
    if payload is None:
        where = "nowhere" if place is None else f"{place.file}, byte {place.offset}"
        raise ConfigError(f"{store.url}: the record of episode {episode} is damaged ({where})")
    return payload


def manifest_logs(store: RunStore) -> list[str]:
    """The logs of the manifest, the oldest first: one for each part of the run that had a result."""
    return store.logs(MANIFEST)


def manifest(store: RunStore, log: str, after: Place | None = None) -> Iterator[tuple[Place, Finished]]:
    """What stands in one of them, behind a place.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    for place, payload in store.entries(log, after):
        try:
            yield place, LINE.validate_json(payload)
        except ValidationError:
            raise ConfigError(f"{store.url}: holds results that this version of Wardian cannot read") from None


def _written_again(store: RunStore, logs: Sequence[str]) -> Counter[str]:
    """How many older results there are of episodes that were played again; few are."""
    numbers = array("Q", (int(line.result.episode, 16) for line in _lines(store, logs)))
    found, times = np.unique(np.array(numbers, dtype=np.uint64), return_counts=True)
    return Counter({f"{number:016x}": int(count) - 1 for number, count in zip(found, times, strict=True) if count > 1})


def _lines(store: RunStore, logs: Sequence[str]) -> Iterator[Finished]:
    return (finished for log in logs for _, finished in manifest(store, log))
