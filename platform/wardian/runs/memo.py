"""What came of calls that a run paid for outside of its episodes, kept before it is used."""

from pydantic import Field

from wardian.base.frozen import Frozen
from wardian.base.store import Durability, RunStore
from wardian.models.recorded import Recorded
from wardian.runs.late_log import LateLog

__all__ = ["RunMemo"]

KIND = "memo"
"""The kind of its logs."""


class _Kept(Frozen):
    key: str = Field(min_length=1)
    reply: Recorded


class RunMemo:
    """Answers, and that there was none, by the digest of what was asked, in the run's store.

    See `wardian.optimization.proposals.proposer.Memo`.

    Args:
        store: of the run, which this process holds.
        durability: what an answer survives.
    """

    def __init__(self, store: RunStore, durability: Durability = "process") -> None:
        self._log = LateLog(store, KIND, durability)
        lines = (payload for log in store.logs(KIND) for _, payload in store.entries(log))
        self._known = {kept.key: kept.reply for kept in map(_Kept.model_validate_json, lines)}

    async def get(self, key: str) -> Recorded | None:
        """What came of it, in this process or in one before it."""
        return self._known.get(key)

    async def put(self, key: str, reply: Recorded) -> None:
        """Keep what was paid for.

        Raises:
            OSError: when the store does not take it.
        """
        await self._log.append((_Kept(key=key, reply=reply).model_dump_json().encode(),))
        self._known[key] = reply

    async def close(self) -> None:
        """Nothing more comes."""
        await self._log.close()
