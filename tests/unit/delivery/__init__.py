"""Tests of the delivery: requests, verdicts, destinations, sending, the worker."""
