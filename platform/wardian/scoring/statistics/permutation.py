"""A p-value that assumes nothing but this: without a difference each sign could as well be the other one."""

from collections.abc import Sequence
from itertools import product
from math import fsum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.base.identity import derive_seed

__all__ = ["sign_flip"]

EXACT: Final = 13
"""Up to so many differences every choice of signs is tried."""
DRAWS: Final = 9_999
AT_ONCE: Final = 2_000_000
"""Signs in memory at a time."""
ROUNDING: Final = 1e-9


def sign_flip(differences: Sequence[float], *, seed: int = 0) -> float:
    """The two-sided p-value of the mean of `differences`, one for each task or cluster, whatever their order.

    Exact for few of them, otherwise from 9,999 drawn choices of signs, the one that was found counted with them; the
    same for the same seed. Sizes are sorted before signs are drawn, so that only the numbers decide.
    """
    sizes = np.sort(np.abs([each for each in differences if each]))
    found = abs(fsum(differences)) * (1 - ROUNDING)
    if len(sizes) <= EXACT:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(sizes))))
        return float(np.mean(np.abs(signs @ sizes) >= found))
    return (1 + _as_far(sizes, found, seed)) / (1 + DRAWS)


def _as_far(sizes: NDArray[np.float64], found: float, seed: int) -> int:
    """How many of the draws lie as far from 0 as what was found."""
    generator = np.random.default_rng(derive_seed("sign-flip", seed))
    whole, count, left = float(sizes.sum()), 0, DRAWS
    while left:
        rows = min(left, max(1, AT_ONCE // len(sizes)))
        flipped = np.unpackbits(generator.integers(0, 256, (rows, -(-len(sizes) // 8)), dtype=np.uint8), axis=1)
        sums = whole - 2 * (flipped[:, : len(sizes)].astype(float) @ sizes)
        count += int(np.sum(np.abs(sums) >= found))
        left -= rows
    return count
