"""One episode: the loop, its limits, and the record it leaves."""
