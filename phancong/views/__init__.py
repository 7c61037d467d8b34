"""Pages of units and people, and of the units' yearly plans."""
