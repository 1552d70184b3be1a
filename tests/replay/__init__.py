"""Recorded calls, translated offline."""
