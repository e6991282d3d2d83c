"""Pages of accounts, and of signing in and out."""
