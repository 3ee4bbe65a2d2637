"""What Pulumi calls: one module a resource. The module paths are written in users' state and never move."""

from __future__ import annotations

import gc
import sys
from typing import Final

_HOST: Final = "pulumi.dynamic.__main__"  # what `python -m pulumi.dynamic` runs, in a process of its own


def _is_host() -> bool:
    """Returns whether this process is the SDK's host of dynamic providers, which lives for one operation."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return spec is not None and spec.name == _HOST


if _is_host():
    # what the SDK has loaded stays until the end; else each collection, while we load the rest, goes through all of it
    gc.freeze()
