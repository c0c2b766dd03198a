"""MLflow: what a run shows to the team."""
