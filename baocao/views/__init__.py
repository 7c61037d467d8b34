"""Pages of how the work is going."""
