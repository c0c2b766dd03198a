"""Agents: what decides the next message."""
