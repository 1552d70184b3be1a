"""Calls on a real Asterisk."""
