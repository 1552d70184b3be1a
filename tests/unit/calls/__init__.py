"""The tracker and what it is made of."""
