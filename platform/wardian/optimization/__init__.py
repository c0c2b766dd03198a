"""Refinement of prompts and sweeps over configurations. Empty until the refinement loop lands."""
