"""Runs the flagship stack; it lives in stacks/auth0_ses, the folder to copy."""

import runpy

runpy.run_path("stacks/auth0_ses/__main__.py", run_name="__main__")
