"""The embedded PBX and receiver of the demo."""
