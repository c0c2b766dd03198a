"""What went wrong in episodes that failed: symptoms, found by rules, and clusters of them."""
