"""The OpenAI-compatible server over pool and fusions. Empty until the gateway lands."""
