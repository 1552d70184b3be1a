"""What the PBX has, and what of it belongs into the directory of extensions. Pure."""
