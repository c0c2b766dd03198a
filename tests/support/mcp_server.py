"""A small MCP server: a list of notes. `python mcp_server.py` speaks over stdio, `notes()` is the server itself."""

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations

__all__ = ["notes"]


def notes() -> MCPServer:
    """A server with notes of its own."""
    server = MCPServer("notes")
    written: list[str] = []

    @server.tool()
    def add_note(text: str) -> str:
        """Write a note down."""
        if not text:
            raise ValueError("an empty note")
        written.append(text)
        return f"note {len(written)}"

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def list_notes() -> str:
        """Read all notes."""
        return "\n".join(written) or "none"

    return server


if __name__ == "__main__":
    notes().run("stdio")
