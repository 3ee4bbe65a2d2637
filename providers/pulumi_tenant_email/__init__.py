"""Tells Pulumi's language host that this distribution needs no plug-in: `pulumi-plugin.json` beside this file."""
