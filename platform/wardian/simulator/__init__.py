"""The simulated provider: a real OpenAI-compatible HTTP server whose models have defined skills."""
