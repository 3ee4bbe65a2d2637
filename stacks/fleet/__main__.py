"""Many tenants of mixed platforms from one file, `tenants.yaml`: all of them, or the one that this stack is for.

Settings (`tenant-email fleet` sets them):
    tenant           the tenant that the stack is for (default: all)
    sendingDomain    the shared sending domain that the stack is for (default: none)
    file             the fleet file (default: tenants.yaml)
"""

from pathlib import Path

import pulumi

from tenant_email.fleet.program import declare
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stack_config import Unit

config = pulumi.Config()
# what its settings mean is judged by the preview itself
fleet = read_fleet(Path(config.get("file") or "tenants.yaml"), judged=False)
declare(fleet, Unit(tenant=config.get("tenant") or "", sending_domain=config.get("sendingDomain") or ""))
