"""The platform as the lifecycles see it."""

from __future__ import annotations

from support.flock.parts import platform_of

PLATFORM = platform_of("doves", create="look-first", reads_before_update="omitted-secrets")
