"""What happens in a world that its agent does not do: time, events, faults, colleagues."""
