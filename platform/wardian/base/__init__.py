"""The ground floor: values and protocols that every other floor speaks. Imports nothing of Wardian."""
