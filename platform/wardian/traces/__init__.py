"""Recorded tool calls of other systems: OpenTelemetry, MLflow, OpenAI's messages. Pure: reads files, calls nobody."""
