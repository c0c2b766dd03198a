"""All faults by name."""

from collections.abc import Mapping
from typing import Final

from wardian.simulator.faults.answers import ANSWERS
from wardian.simulator.faults.bodies import BODIES
from wardian.simulator.faults.fault import Fault
from wardian.simulator.faults.refusals import REFUSALS
from wardian.simulator.faults.streams import STREAMS
from wardian.simulator.faults.wires import WIRES

__all__ = ["BROKEN", "FAULTS", "PASSING", "PASSING_STREAMS", "STREAMED"]

BROKEN: Final[Mapping[str, Fault]] = {fault.name: fault for fault in (*BODIES, *ANSWERS, *WIRES)}
"""The broken replies: no status says that anything is wrong with them."""

FAULTS: Final[Mapping[str, Fault]] = {**BROKEN, **{fault.name: fault for fault in REFUSALS}}
"""These and the refusals."""

STREAMED: Final[Mapping[str, Fault]] = {fault.name: fault for fault in STREAMS}
"""For those who ask for a stream."""

PASSING: Final = (
    "status_500",
    "status_502",
    "status_503",
    "status_529",
    "html_502",
    "reset_at_once",
    "reset_in_body",
    "closed_in_chunk",
    "empty",
    "half_json",
    "error_502",
)
"""What happens to any provider now and then: these stand in for answers at a rate."""

PASSING_STREAMS: Final = (*PASSING, "stream_without_finish", "stream_error_503", "stream_reset")
"""The same where a stream was asked for."""
