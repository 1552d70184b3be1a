"""Tests of the planner behind ``amibridge extension import``, without any I/O."""
