"""The provider plug-in: the second face of the lifecycles, for programs in every language of Pulumi."""
