"""The management API over a real socket and a real store."""
