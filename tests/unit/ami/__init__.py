"""The AMI link's parts, each alone."""
