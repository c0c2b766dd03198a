"""Durable episodes: every answer of a model is written down before it is used, and given again after a crash."""
