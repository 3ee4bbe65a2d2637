"""Checks that need no tenant: of a mail server before it is written into one, and of templates."""
