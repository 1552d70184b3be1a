"""Unit tests: src/amibridge/x/y.py is tested by tests/unit/x/test_y.py."""
