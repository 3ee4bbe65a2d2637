"""Brings the zones of all cases up on real name servers, below a root and a top-level domain of their own."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from support.name_servers import odd, processes
from support.name_servers.cases import HELPER, HELPER_OTHERS
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from support.name_servers.cases import Case, Signing

ROOT = "127.53.0.1"
REAL: Final = {"bind": "127.53.0.2", "knot": "127.53.0.3", "nsd": "127.53.0.4"}
ODD: Final = {
    "silent": odd.silent,
    "garbage": odd.garbage,
    "formerr": odd.formerr,
    "notimp": odd.notimp,
    "badvers": odd.badvers,
    "drops-edns": odd.drops_edns,
    "udp-only": odd.udp_only,
    "plain": odd.plain,
    "upward": odd.upward,
}
ODD_ADDRESSES: Final = {name: f"127.53.1.{number}" for number, name in enumerate(ODD, 1)}
DRIPPING: Final = "127.53.1.100"
ADDRESSES: Final = {
    **REAL,
    **ODD_ADDRESSES,
    "dripping": DRIPPING,
    "dead": "127.53.1.101",
    "lame": REAL["knot"],  # which does not have the zone
    "failing": REAL["bind"],  # which cannot load the zone
}
NAMES: Final = {"nameless": "ns.nowhere.example.", "name-times-out": "ns.all-silent.example."}
IPV6: Final = "2001:db8::53"
_SOA: Final = "@ SOA ns1 hostmaster 1 7200 900 1209600 60\n"
_ALGORITHM: Final = "ECDSAP256SHA256"


@dataclass(frozen=True)
class Lab:
    """Where the resolver is, and the port of every server."""

    port: int
    resolver: str = processes.RESOLVER


@contextmanager
def running(folder: Path, cases: Sequence[Case], own: str, ses_keys: dict[str, str]) -> Iterator[Lab]:
    """Serves every case's zone; `own` and `ses_keys` are the texts of DKIM keys as a zone file has them."""
    (port,) = free_ports(1, [ROOT, processes.RESOLVER, *REAL.values(), *ODD_ADDRESSES.values(), DRIPPING])
    builder = _Builder(folder, own)
    for case in cases:
        builder.add(case)
    example, anchor = builder.top_level()
    above = {
        ".": f"$TTL 60\n. SOA ns.root. h. 1 2 3 4 60\n. NS ns.root.\nns.root. A {ROOT}\n"
        f"example. NS ns1.example.\nns1.example. A {ROOT}\n"
        f"amazonses.com. NS ns1.amazonses.com.\nns1.amazonses.com. A {ROOT}\n",
        "example": example,
        "helper.example": _whole("helper.example", ("nsd",), HELPER.format(own=own) + HELPER_OTHERS, {"nsd": ROOT}),
        "amazonses.com": _whole("amazonses.com", ("nsd",), _ses(ses_keys), {"nsd": ROOT}),
    }
    with ExitStack() as up:
        start = {"bind": processes.bind, "knot": processes.knot, "nsd": processes.nsd}
        up.enter_context(processes.nsd(_made(folder / "root"), ROOT, port, above))
        for server, address in REAL.items():
            up.enter_context(start[server](_made(folder / server), address, port, builder.zones[server]))
        behind = odd.Behind(REAL["bind"], port)
        for name, behavior in ODD.items():
            up.enter_context(odd.odd_server(ODD_ADDRESSES[name], port, behavior, behind))
        up.enter_context(odd.dripping_server(DRIPPING, port))
        up.enter_context(processes.recursor(_made(folder / "resolver"), port, ROOT, anchor))
        yield Lab(port)


def _ses(keys: dict[str, str]) -> str:
    held = "".join(f"{token}.dkim TXT {text}\n" for token, text in keys.items())
    return f'{held}@ TXT "v=spf1 ip4:199.255.192.0/22 ip4:54.240.0.0/18 -all"\nfeedback-smtp.eu-west-1 A 192.0.2.25\n'


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _whole(zone: str, servers: Sequence[str], text: str, addresses: dict[str, str] | None = None) -> str:
    """Returns a zone file."""
    head = f"$ORIGIN {zone}.\n$TTL 60\n{_SOA}" if zone != "." else "$TTL 60\n"
    return head + _servers("@", servers, addresses or ADDRESSES) + text.replace("{zone}", zone).strip() + "\n"


def _servers(owner: str, servers: Sequence[str], addresses: dict[str, str]) -> str:
    """Returns the NS records of a zone and the addresses of its servers, relative to the zone itself."""
    lines = ""
    below = "" if owner == "@" else f".{owner}"
    for number, server in enumerate(servers, 1):
        host = NAMES.get(server, f"ns{number}{below}")
        lines += f"{owner} NS {host}\n"
        if server == "ipv6":
            lines += f"{host} AAAA {IPV6}\n"
        elif server not in NAMES:
            lines += f"{host} A {addresses[server]}\n"
    return lines


class _Builder:
    """Collects the zones of every server, and the delegations of the top-level domain."""

    def __init__(self, folder: Path, own: str) -> None:
        self._keys, self._own = _made(folder / "keys"), own
        self.zones: dict[str, dict[str, str]] = defaultdict(dict)
        self._delegations = ""

    def add(self, case: Case) -> None:
        """Adds the zone of a case and those below it."""
        zone = f"{case.name}.example"
        text = case.zone.replace("{own}", self._own)
        for below in case.below:
            text += "\n" + _servers(below.label, below.servers, ADDRESSES)
            inner = below.zone.replace("{zone}", zone)
            self._load(f"{below.label}.{zone}", below.servers, {}, inner)
        if case.delegated:
            self._delegations += _servers(case.name, case.registry or case.servers, ADDRESSES)
        signings = dict.fromkeys(case.servers, case.signing) | case.signing_at
        self._load(zone, case.servers, signings, text, also=case.registry or ())
        self._delegations += self._ds(zone, case.name, case.signing)

    def top_level(self) -> tuple[str, str]:
        """Returns the top-level zone, signed, and its key as a trust anchor."""
        text = _whole(
            "example", ("nsd",), f"{self._delegations}helper NS ns1.helper\nns1.helper A {ROOT}\n", {"nsd": ROOT}
        )
        signed = self._signed("example", text.replace("@ NS ns1\nns1 A", "@ NS ns\nns A"), "good")
        fields = self._key("example").read_text().splitlines()[-1].split()
        flags, protocol, algorithm, *data = fields[fields.index("DNSKEY") + 1 :]
        joined = "".join(data)
        return signed, f'trust-anchors {{ "example." static-key {flags} {protocol} {algorithm} "{joined}"; }};\n'

    def _load(
        self, zone: str, servers: Sequence[str], signings: dict[str, Signing], text: str, also: Sequence[str] = ()
    ) -> None:
        whole = _whole(zone, servers, text)
        for server in (*servers, *also):
            if server == "failing":
                self.zones["bind"][zone] = "this is no zone\n"
            elif server in REAL or server in ODD:
                self.zones["bind" if server in ODD else server][zone] = self._signed(
                    zone, whole, signings.get(server, "")
                )

    def _signed(self, zone: str, text: str, signing: Signing) -> str:
        if signing in ("", "stripped", "unknown-algorithm"):
            return text
        plain, signed = self._keys / f"{zone}.plain", self._keys / f"{zone}.{signing}"
        if not signed.exists():
            plain.write_text(text + self._key(zone).read_text())
            times = ("-s", "20200101000000", "-e", "20200201000000") if signing == "expired" else ()
            self._run(
                "dnssec-signzone",
                "-P",
                "-z",
                "-q",
                "-o",
                zone,
                *times,
                "-f",
                signed.name,
                plain.name,
                self._key(zone).name,
            )
        return signed.read_text()

    def _key(self, zone: str) -> Path:
        """Returns the only key of a zone, made when it is first asked for."""
        if not (found := list(self._keys.glob(f"K{zone}.+*.key"))):
            self._run("dnssec-keygen", "-q", "-a", _ALGORITHM, "-f", "KSK", zone)
            found = list(self._keys.glob(f"K{zone}.+*.key"))
        return found[0]

    def _ds(self, zone: str, label: str, signing: Signing) -> str:
        if not signing:
            return ""
        if signing == "unknown-algorithm":
            return f"{label} DS 12345 200 2 {'AB' * 32}\n"
        if signing in ("other-ds", "stripped"):
            return f"{label} DS 12345 13 2 {'AB' * 32}\n"
        fields = self._run("dnssec-dsfromkey", "-2", self._key(zone).name).split()
        return f"{label} DS {' '.join(fields[fields.index('DS') + 1 :])}\n"

    def _run(self, program: str, *arguments: str) -> str:
        path = shutil.which(program, path=processes.PATH)
        assert path
        return subprocess.run([path, *arguments], cwd=self._keys, check=True, capture_output=True, text=True).stdout
