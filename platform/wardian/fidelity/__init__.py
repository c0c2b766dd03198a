"""How close a pack is to production: recorded calls are made again in its world, and what comes back is compared."""
