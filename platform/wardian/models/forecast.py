"""How many tokens calls really use, in relation to what was estimated before."""

__all__ = ["Forecast"]

MEMORY = 0.98
"""What the last call's figure leaves of the earlier ones': some fifty calls count."""


class Forecast:
    """Corrects estimates by those before: too high ones would leave a limit unused, too low ones break it."""

    def __init__(self) -> None:
        self._estimated = 0.0
        self._used = 0.0

    def of(self, tokens: int) -> int:
        """What a call that was estimated at `tokens` will use."""
        return max(round(tokens * self._used / self._estimated), 1) if self._estimated > 0 else tokens

    def learn(self, estimated: int, used: int) -> None:
        """A call used so much. One that reports nothing teaches nothing."""
        if used > 0:
            self._estimated = self._estimated * MEMORY + estimated
            self._used = self._used * MEMORY + used
