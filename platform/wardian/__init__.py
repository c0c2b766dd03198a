"""Wardian: evaluate and improve LLM agents in living environments, at cluster scale."""

__version__ = "0.1.0"
