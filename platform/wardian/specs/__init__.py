"""Everything that a YAML file can say, as frozen values."""
