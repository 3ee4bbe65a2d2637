"""A platform of someone else: pigeons carry the mail; test_stranger.py registers it by an entry point."""
