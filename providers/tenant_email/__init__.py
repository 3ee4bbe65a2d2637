"""Pulumi resources for the e-mail configuration of identity tenants."""
