"""Environments for agents outside: over HTTP, over MCP, and for processes of their own."""
