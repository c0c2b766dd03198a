"""The reply cache: whether answers are kept, and where."""

from typing import Literal

from wardian.base.frozen import Frozen

__all__ = ["CacheMode", "CacheSpec"]

CacheMode = Literal["off", "record", "replay", "read-write"]


class CacheSpec(Frozen):
    """What happens to the answers of models."""

    mode: CacheMode = "off"
    """`record` asks every time and keeps what came; `replay` asks nobody; `read-write` asks for what is not there."""
    folder: str = "runs/replies"
    """Where they are kept, relative to where the command is started. All workers must be able to see it."""

    @property
    def replays(self) -> bool:
        """Whether no model is asked at all: then there is no need for keys, servers and endpoints."""
        return self.mode == "replay"
