"""The report of a run as a page for browsers: one HTML file, and a folder of trajectories beside it."""
