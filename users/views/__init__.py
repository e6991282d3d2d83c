"""Pages of computer users."""
