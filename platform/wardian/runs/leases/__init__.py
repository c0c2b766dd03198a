"""Who plays what: a coordinator hands out episodes under leases, workers play them and report."""
