"""What it can do, as data."""

from __future__ import annotations

from typing import Final

from tenant_email.capabilities import Capabilities, Transport
from tenant_email.tenants.connections import ConnectionSpec

CONNECTION: Final = ConnectionSpec(
    platform="birds",
    url_variable="BIRDS_URL",
    plain={"keeper": "BIRDS_KEEPER"},
    secret={"seed": "BIRDS_SEED"},
)
CAPABILITIES: Final = Capabilities(
    platform="birds",
    title="Birds",
    create="look-first",
    replaces_whole=False,
    transports={
        "birds.loft": Transport(
            "birds.loft",
            credentials=("host", "whistle"),  # a whistle goes to the host that it was entered for, and to no other
            write_only=("whistle",),
            identified_by=("host",),
        )
    },
    password_rule="pigeons forget a whistle when they move.",
    kind_rule="there is one kind of loft.",
    on_delete_provider=("delete", "retain"),
    on_delete_template=("delete", "restore", "retain"),
)
