"""Scores from the record alone: outcome, trajectory, and the statistics over many episodes."""
