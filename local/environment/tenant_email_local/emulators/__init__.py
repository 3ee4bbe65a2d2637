"""Stateful stand-ins for the platforms, written from their contracts and never from our client."""
