"""A pack out of an OpenAPI 3 description: resources become tables, operations become tools behind a service."""
