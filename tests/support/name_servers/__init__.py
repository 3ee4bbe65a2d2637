"""Real name servers (BIND, NSD, Knot) with zones of their own, from a root of their own on, for tests on loopback."""
