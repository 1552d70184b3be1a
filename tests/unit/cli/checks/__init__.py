"""What ``amibridge check`` finds."""
