"""The OpenAI-compatible server over pool and fusions: what `wardian serve` runs."""
