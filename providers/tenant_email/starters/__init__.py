"""Starter mails: one accessible layout, a brand, and the words that the platforms fill in."""
