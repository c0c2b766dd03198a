"""Packs made from what a user has: databases, API descriptions, MCP servers, traces. What comes out is YAML to edit."""
