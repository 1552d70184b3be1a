"""Tests of what ``amibridge tail`` is made of."""
