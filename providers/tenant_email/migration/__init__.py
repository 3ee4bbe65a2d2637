"""Readers of other tools' files: what they say of emails, as found things for `programs`. No network, no Pulumi."""
