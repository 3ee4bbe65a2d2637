"""Runs the command as `python -m tenant_email.cli`."""

from tenant_email.cli import app

if __name__ == "__main__":
    app()
