"""The SQLite store: the only importer of aiosqlite."""
