"""How it is logged in to."""

from __future__ import annotations

from support.flock.parts import connection_of

CONNECTION = connection_of("owls")
