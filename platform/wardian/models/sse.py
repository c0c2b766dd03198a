"""Server-sent events, read as they come.

Reference: "Server-sent events" in the HTML standard. Only `data` matters here; comments (`: keep-alive`) are no events.
"""

import re

__all__ = ["EventReader"]

LINE_END = re.compile(rb"\r\n|\n|\r")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventReader:
    """Cuts a stream of bytes into the data of its events, wherever the network cut it before."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._begun = False

    @property
    def waiting(self) -> int:
        """Bytes of an event that is not complete."""
        return len(self._rest) + sum(map(len, self._data))

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that `chunk` completes."""
        text = self._rest + chunk
        if not self._begun and len(text) >= len(BYTE_ORDER_MARK):
            self._begun = True
            text = text.removeprefix(BYTE_ORDER_MARK)
        held = b"\r" if text.endswith(b"\r") else b""  # perhaps half of a line end
        *lines, rest = LINE_END.split(text.removesuffix(held))
        self._rest = rest + held
        return [event for line in lines if (event := self._line(line)) is not None]

    def end(self) -> list[bytes]:
        """The data of a last event that no empty line closes; some servers leave it out."""
        self._line(self._rest.rstrip(b"\r"))
        event = self._line(b"")
        return [] if event is None else [event]

    def _line(self, line: bytes) -> bytes | None:
        if line:
            field, _, value = line.partition(b":")
            if field == b"data":
                self._data.append(value.removeprefix(b" "))
            return None
        data, self._data = self._data, []
        return b"\n".join(data) if data else None
