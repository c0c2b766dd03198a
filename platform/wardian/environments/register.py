"""Names and numbers that a generator has given away, so that no two things have the same."""

from random import Random

__all__ = ["Register"]


class Register:
    """Knows what is taken.

    Args:
        taken: what nothing else may be called from the beginning.
    """

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)

    def take(self, name: str) -> bool:
        """Whether `name` was still free; from now on it is taken."""
        free = name not in self._taken
        self._taken.add(name)
        return free

    def number(self, random: Random, prefix: str, digits: int = 5) -> str:
        """`prefix` and a number of so many digits, which nobody can guess and nothing else has."""
        low = 10 ** (digits - 1)
        while not self.take(number := f"{prefix}{random.randrange(low, 10 * low)}"):
            pass
        return number
