"""Tests; the folders mirror the source, tests/journeys drives a real browser."""
