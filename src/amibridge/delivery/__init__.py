"""From call event and assignment to a durable HTTP notification."""
