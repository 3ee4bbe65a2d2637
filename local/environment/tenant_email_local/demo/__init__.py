"""Shows the whole thing on one machine: `python -m tenant_email_local.demo`."""
