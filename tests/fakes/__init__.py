"""Stand-ins for what the daemon talks to; they speak over real sockets or pass the real part's own contract tests."""
