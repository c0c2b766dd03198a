"""When a difference is believed: sequential tests on pairs, guardrails, and the size of the gain."""
