"""Sealed reports: their frozen form and the files drawn from it alone. Pure: the record is never read."""
