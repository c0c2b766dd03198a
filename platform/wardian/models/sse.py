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
        self._parts: list[bytes] = []
        self._waiting = 0
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._begun = False
        self._held = False

    @property
    def waiting(self) -> int:
        """Bytes of an event that is not complete."""
        return self._waiting

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that `chunk` completes."""
        self._waiting += len(chunk)
        self._parts.append(chunk)
        if self._begun and not self._held and LINE_END.search(chunk) is None:
            return []  # a long line: nothing of it is looked at twice
        text = b"".join(self._parts)
        if not self._begun and len(text) >= len(BYTE_ORDER_MARK):
            self._begun = True
            text = text.removeprefix(BYTE_ORDER_MARK)
        held = b"\r" if text.endswith(b"\r") else b""  # perhaps half of a line end
        *lines, rest = LINE_END.split(text.removesuffix(held))
        self._parts, self._held = [rest + held], bool(held)
        events = [event for line in lines if (event := self._line(line)) is not None]
        self._waiting = len(rest) + len(held) + self._data_bytes
        return events

    def end(self) -> list[bytes]:
        """The data of a last event that no empty line closes; some servers leave it out."""
        lines = b"".join(self._parts).rstrip(b"\r"), b""
        return [event for line in lines if (event := self._line(line)) is not None]

    def _line(self, line: bytes) -> bytes | None:
        if line:
            field, _, value = line.partition(b":")
            if field == b"data":
                self._data.append(value.removeprefix(b" "))
                self._data_bytes += len(line)
            return None
        data, self._data, self._data_bytes = self._data, [], 0
        return b"\n".join(data) if data else None
