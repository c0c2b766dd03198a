"""Many keys of episodes in little memory."""

from array import array
from collections.abc import Iterable

import numpy as np

__all__ = ["Keys"]


class Keys:
    """A set of episodes' keys, eight bytes each: a key is the hexadecimal form of 64 bits."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        numbers = array("Q", (int(key, 16) for key in keys))
        self._numbers = np.unique(np.frombuffer(numbers, dtype=np.uint64)) if numbers else np.zeros(0, np.uint64)

    def __contains__(self, key: object) -> bool:
        number = np.uint64(int(str(key), 16))
        place = int(np.searchsorted(self._numbers, number))
        return place < len(self._numbers) and bool(self._numbers[place] == number)

    def __len__(self) -> int:
        return len(self._numbers)
