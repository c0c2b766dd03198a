"""A pack out of recorded calls, of production or of an MCP server: seed rows, tools on them, stubs for the rest."""
