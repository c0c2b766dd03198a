"""Model clients over httpx: retries, quota, prices, and the pool that holds them."""
