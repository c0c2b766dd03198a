"""The loop: observe, diagnose, propose, race, gate, record."""
