"""What poor trajectories show: clusters of mistakes, whether mending one would have saved the episode, excerpts."""
