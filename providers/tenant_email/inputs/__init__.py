"""The types of inputs, and what is wrong with a value: no network, no Pulumi."""
