"""Writes the package schema from the models, the classes of settings, resources and components, and their docstrings.

Nothing at run time imports it. `python -m tenant_email.plugin.describe --write` writes `schema.json` anew; without
`--write` it prints the schema.
"""
