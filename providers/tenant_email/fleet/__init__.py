"""Many tenants from one file: read, checked, declared as resources, and driven through the Pulumi CLI.

Nothing else of the library imports this package: a program with one tenant pays nothing for it.
"""
