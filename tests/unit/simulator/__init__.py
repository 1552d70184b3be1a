"""The simulated PBX, its recordings, the receiver and what the demo shows."""
