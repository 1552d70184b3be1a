"""A laboratory: a real Asterisk, phones on loopback, and the scripts of the calls they make."""
