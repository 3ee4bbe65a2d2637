"""The platform as the lifecycles see it."""

from __future__ import annotations

from support.flock.parts import platform_of

PLATFORM = platform_of("owls", create="look-first", replaces_whole=True)
