"""The platform as the lifecycles see it."""

from __future__ import annotations

from support.flock.parts import platform_of

PLATFORM = platform_of("doves", create="look-first", replaces_whole=False)
