"""From what was found to a Pulumi project: what a tenant or another tool's files hold, written as a program.

`found` has the types that every finder fills in, `project` makes of them the files of a project, and `folder` writes
those, all or nothing.
"""
