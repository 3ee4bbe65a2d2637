"""The sources of modules, for what is told of them without an import."""

from __future__ import annotations

import ast
import gc


def statements(source: str) -> list[ast.stmt]:
    """Returns the statements of a module's source.

    The collector pauses meanwhile: before Python 3.11.8 and 3.12.2 a finalizer that formats a traceback, as asyncio's
    of a forgotten exception does, parses too, and `ast.parse` then ends in a SystemError (python/cpython#106905).
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source).body
    finally:
        if collects:
            gc.enable()
