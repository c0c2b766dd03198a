"""Conversations in the formats of others: OpenAI's messages, OpenTelemetry, MLflow, ATIF, Inspect. Pure."""
