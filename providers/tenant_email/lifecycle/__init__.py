"""What Pulumi calls: one module a resource. The module paths are written in users' state and never move."""
