"""Proof that the tasks of a pack measure something; see `docs/concepts/certificates.md`."""
