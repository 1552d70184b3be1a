"""Tests of assignments, without any I/O."""
