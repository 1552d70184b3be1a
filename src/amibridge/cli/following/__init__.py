"""What ``amibridge tail`` is made of."""
