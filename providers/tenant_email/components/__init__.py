"""Components: a domain that may send through SES, and a tenant that sends from it."""
