"""Who plays the run, where the store can neither lock nor write on a condition."""

import atexit
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from wardian.base.errors import ConfigError, StoreError
from wardian.storage.claims import Claims
from wardian.storage.objects import Objects
from wardian.storage.store_clock import StoreClock

__all__ = ["Ownership", "Terms", "since_boot"]

TRIES: Final = 3
TRUSTED: Final = 0.8
JOIN_S: Final = 2.0


class Terms(NamedTuple):
    """The terms of owning a run, in seconds.

    Args:
        beat_s: between two signs of life.
        stale_s: after which an owner without a sign counts as dead.
        pause_s: at most, before a claim that met another one is made again.
    """

    beat_s: float = 5.0
    stale_s: float = 30.0
    pause_s: float = 1.0


def since_boot() -> float:
    """Seconds that pass also while the machine sleeps: a laptop that wakes up must know that it was away."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Ownership:
    """One owner of a run among all processes that see its store.

    Whoever wants to be it writes a claim under a random name, and then lists all claims. It is the owner if no other is
    alive; else it withdraws its own. Of two that come at once, whoever lists later sees the other: both may withdraw,
    and try again after a random pause, but both never stay. A daemon thread gives a sign of life every `beat_s`. An
    owner without a sign for `stale_s` counts as dead, and the next one deletes its claim; a former owner that does not
    find its claim has lost it for good. Ages are differences of the store's own times of writing: no two machines'
    clocks are compared.

    Promised, where a listing shows all that was written before (S3, and what speaks its language), and while the clocks
    of store and machines differ by less than a fifth of `stale_s` over `stale_s`:

    - Two processes never both pass `check` at one time. One whose last sign is older than 0.8 of `stale_s` does not
      pass, whether it was frozen, asleep or cut off. It passes again when the next sign arrives, if nobody came
      meanwhile.
    - A run whose owner releases it, or ends in an orderly way, is free at once; after a crash, when `stale_s` are over.

    Not promised, other than with flock(2):

    - The death of a process is not seen at once: nobody gets the run before `stale_s` are over.
    - A write that began in time may arrive after somebody else took the run. Its caller gets an error and the object is
      deleted if that can be done; but who read a log just before does not know of it, and a small file may have been
      replaced by it. Logs themselves cannot mix: each has one writer.
    - Of two that start in the same moment, both may be refused.
    - An owner that cannot reach the store for 0.8 of `stale_s` may not write, even if nobody else wants the run.

    Args:
        objects: of the run.
        terms: how often, and how long.
        monotonic: this machine's seconds.
    """

    def __init__(self, objects: Objects, terms: Terms, monotonic: Callable[[], float] = since_boot) -> None:
        self._claims = Claims(objects)
        self._terms = terms
        self._monotonic = monotonic
        self._store_clock = StoreClock(objects, monotonic)
        self._token: str | None = None
        self._lost = False
        self._confirmed = 0.0
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def take(self) -> None:
        """Become the owner, and stay it until `give_up`.

        Raises:
            ConfigError: when another process is, with what it says of itself.
            StoreError: when the store does not answer.
        """
        tries = TRIES
        while rival := self._try():
            tries -= 1
            if not tries:
                raise ConfigError(
                    f"another process ({rival}) is playing this run; wait for it or stop it. "
                    f"If it died, the run is free {self._terms.stale_s:.0f} s after its last sign of life"
                )
            time.sleep(self._terms.pause_s * secrets.randbelow(1000) / 1000)

    def give_up(self) -> None:
        """Let somebody else be the owner. If the store does not answer, the claim dies by itself."""
        token, self._token = self._token, None
        if token is None:
            return
        atexit.unregister(self.give_up)
        self._stop.set()
        if self._thread is not None:
            self._thread.join(JOIN_S)
        with suppress(OSError):
            self._claims.remove(token)

    def check(self) -> None:
        """Nothing, as long as this process is the owner, or never was.

        Raises:
            StoreError: when it was and is not, or cannot know.
        """
        if self._token is None:
            return
        if self._lost:
            raise StoreError("another process plays this run now; this one must stop")
        silent = self._monotonic() - self._confirmed
        if silent > TRUSTED * self._terms.stale_s:
            raise StoreError(f"no sign of life reached the store for {silent:.0f} s: another process may play this run")

    def exists(self) -> bool:
        """Whether some process is the owner now."""
        signs = self._claims.signs()
        return bool(signs) and bool(self._living(signs, self._store_clock.now()))

    def _try(self) -> str | None:
        """Claim the run; who has it instead, or None."""
        token, begun = secrets.token_hex(8), self._monotonic()
        self._claims.write(token, f"{socket.gethostname()}, pid {os.getpid()}")
        signs = self._claims.signs()
        now = signs.pop(token)
        if living := self._living(signs, now):
            rival = self._claims.who(living[0])
            self._claims.remove(token)
            return rival
        for dead in signs:
            self._claims.remove(dead)
        self._begin(token, begun)
        return None

    def _begin(self, token: str, begun: float) -> None:
        self._token, self._confirmed, self._lost = token, begun, False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, args=(token, self._stop), daemon=True)
        self._thread.start()
        atexit.register(self.give_up)

    def _beat_on(self, token: str, stop: threading.Event) -> None:
        while not stop.wait(self._terms.beat_s) and not self._lost:
            with suppress(OSError):  # `check` counts how long none got through
                self._beat(token)

    def _beat(self, token: str) -> None:
        begun = self._monotonic()
        self._claims.beat(token)
        signs = self._claims.signs()
        mine = signs.pop(token, None)
        late = begun - self._confirmed > TRUSTED * self._terms.stale_s
        if mine is None or (late and self._living(signs, mine)):
            self._lost = True
        else:
            self._confirmed = begun

    def _living(self, signs: dict[str, float], now: float) -> list[str]:
        return [token for token, sign in signs.items() if now - sign <= self._terms.stale_s]
