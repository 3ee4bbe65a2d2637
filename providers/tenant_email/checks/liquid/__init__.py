"""LiquidJS 10 in Python: its reading, its rendering, and what is said of a template (docs/contracts/auth0.md#liquid).

No Liquid of Python's reads or prints as LiquidJS does, which takes nearly any word for a name, counts in floating point
and in UTF-16, and refuses what they pass. A test holds this one against LiquidJS itself.
"""
