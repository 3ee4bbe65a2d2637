"""Runs the flagship stack, whose program lives in stacks/auth0_ses, the folder to copy."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).resolve().parent / "stacks" / "auth0_ses" / "__main__.py"), run_name="__main__")
