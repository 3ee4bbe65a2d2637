"""Writes `schema.json`, or prints it: `python -m tenant_email.plugin.describe --write`."""

from __future__ import annotations

import sys

from tenant_email.package_schema import PATH
from tenant_email.plugin.describe.package import document

if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        PATH.write_text(document(), encoding="utf-8")
    else:
        sys.stdout.write(document())
