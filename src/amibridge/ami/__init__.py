"""The Asterisk Manager Interface: framing, session and the values read from it."""
