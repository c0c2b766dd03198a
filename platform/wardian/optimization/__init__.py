"""Refinement of prompts and sweeps over configurations: pure, so that a campaign is a function of what it was told."""
