"""Runs the provider plug-in from this folder, which is where `pulumi package add` begins."""

from tenant_email.plugin.serve import main

main()
