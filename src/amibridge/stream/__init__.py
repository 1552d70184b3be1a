"""Follows what happens: fan-out of call events, deliveries and log lines to those who stay connected."""
