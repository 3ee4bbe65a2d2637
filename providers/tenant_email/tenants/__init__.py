"""Where tenants are, how to reach them and how to log in, from stack config or environment."""
