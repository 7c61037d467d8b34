"""Rows for tests: an invented commune's committee, its people and accounts."""
