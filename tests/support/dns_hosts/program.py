"""Prints what the records of a sending domain are to one DNS host's provider."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from support.registered import registered
from tenant_email import SesSendingDomain, dns, ses

if TYPE_CHECKING:
    from collections.abc import Callable

ZONES: dict[str, Callable[[], ses.DnsZone]] = {
    "azure": lambda: dns.azure(resource_group_name="mail", zone_name="Acme.example."),
    "cloudflare": lambda: dns.cloudflare(zone_id="023e105f4ecef8ad9ca31a8372d0c353", zone="acme.example"),
    "digitalocean": lambda: dns.digitalocean(domain="acme.example"),
    "google": lambda: dns.google(managed_zone="acme", project="p1"),
}
DKIM = {"type": "CNAME", "ttl": 1800}
RECORDS = [
    {**DKIM, "name": f"t{number}._domainkey.mail.acme.example", "values": [f"t{number}.dkim.amazonses.com"]}
    for number in range(3)
]
KEY = "MIIB" + "A" * 388
"""As long as the public key of an RSA key of 2048 bits in base64: longer than one string of a TXT record."""


def main(hosts: list[str]) -> None:
    """Registers two domains at each host, with SES's keys and with one of their own."""
    asyncio.set_event_loop(asyncio.new_event_loop())  # since Python 3.14 nobody makes one for Pulumi's mocks

    def program() -> None:
        reported = ses.Dmarc(policy="reject", reports=["dmarc@mail.acme.example"])
        own = ses.ByoDkim(selector="mail-2026")
        for host in hosts:
            zone = ZONES[host]()
            SesSendingDomain(f"{host}-easy", domain="mail.acme.example", dns=zone, mail_from="bounce", dmarc=reported)
            SesSendingDomain(f"{host}-own", domain="acme.example", dns=zone, dkim=own)

    found = registered(program, SesDomainIdentity={"dns_records": RECORDS}, SesDkimKey={"public_key": KEY})
    kinds = ("DnsRecord", "RecordSet")
    sys.stdout.write(json.dumps({name: props for (kind, name), props in found.inputs.items() if kind in kinds}))


if __name__ == "__main__":
    main(sys.argv[1:])
