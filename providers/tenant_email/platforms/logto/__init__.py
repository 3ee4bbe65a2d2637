"""Logto; what programs use of it is in `tenant_email.logto`."""
