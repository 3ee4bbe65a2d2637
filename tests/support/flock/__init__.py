"""Three platforms in memory, for what lifecycles do whatever a platform is like; found by entry points, as any other.

hawks: a creation finds out what is there, an update sends what changed, and secrets are hidden.
doves: one looks before a creation, what is there has an id, and secrets are shown.
owls: one looks before, an update writes the whole, secrets show as digests, and there is a built-in sender.
"""
