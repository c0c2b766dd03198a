"""How a connection ends: in order, or with a reset."""

import asyncio
import socket
import struct
from typing import Final, Literal

__all__ = ["end"]

AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing then sends RST instead of FIN."""


def end(transport: asyncio.WriteTransport, how: Literal["close", "reset"]) -> None:
    """Close `transport`; "reset" throws away what has not been sent."""
    if how == "close":
        transport.close()
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    transport.abort()
