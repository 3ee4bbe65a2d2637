"""Runs a stack on one machine, with no account anywhere."""
