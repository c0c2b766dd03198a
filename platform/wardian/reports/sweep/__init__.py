"""What came out of a sweep: paired contrasts that hold together, quality against cost, and whether anybody won."""
