"""A condition on the value of a metric, as one types it: `success=1`, `score>=0.8`."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from wardian.base.errors import ConfigError

__all__ = ["Condition"]

COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
FORM: Final = re.compile(r"\s*([^\s=!<>]+)\s*(>=|<=|!=|=|<|>)\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """`metric comparison value`; an episode to which the metric does not apply does not meet it."""

    metric: str
    comparison: str
    value: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a condition.

        Raises:
            ConfigError: when it is none.
        """
        found = FORM.fullmatch(text)
        try:
            if found is not None:
                return cls(found[1], found[2], float(found[3]))
        except ValueError:
            pass
        raise ConfigError(f"'{text}' is no condition: write METRIC and =, !=, <, <=, > or >= and a number")

    def met(self, values: Mapping[str, float]) -> bool:
        """Whether an episode with these values meets it."""
        value = values.get(self.metric)
        return value is not None and COMPARISONS[self.comparison](value, self.value)
