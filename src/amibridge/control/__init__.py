"""The control socket: what commands ask of the running daemon, or do to the store themselves when none runs."""
