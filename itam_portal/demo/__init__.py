"""The demo: believable tenants, accounts and users, the same for the same seed. DESIGN.md section 9."""
