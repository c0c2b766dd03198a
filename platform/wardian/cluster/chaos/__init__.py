"""Killing what a run stands on, while it goes on."""
