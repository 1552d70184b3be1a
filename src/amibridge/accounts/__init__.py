"""The account tree and who may touch which extension. Pure."""
