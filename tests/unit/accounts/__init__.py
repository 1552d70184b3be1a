"""Tests of the account tree, without any I/O."""
