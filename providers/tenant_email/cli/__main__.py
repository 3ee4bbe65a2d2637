"""Runs the command as `python -m tenant_email.cli`."""

from tenant_email.cli import app

app()
