"""The virtual time as the values of a world have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wardian.base.frozen import JsonValue
from wardian.environments.declarative.tables import ValueSpec

__all__ = ["Moment"]


@dataclass(frozen=True)
class Moment:
    """One moment: `now` as datetimes are written, `today` as dates are."""

    time: datetime

    @property
    def values(self) -> Mapping[str, str]:
        """For SQL: `:now` and `:today`."""
        return {"now": self.time.isoformat(), "today": self.time.date().isoformat()}

    def default(self, spec: ValueSpec) -> JsonValue:
        """What a value is that was not given."""
        values = self.values
        if isinstance(spec.default, str) and spec.default in ("{now}", "{today}"):
            return values[spec.default[1:-1]]
        return spec.default
