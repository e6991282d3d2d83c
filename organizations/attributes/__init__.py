"""Custom attributes: what their values may be, and how they become part of lists."""
