"""A real Exim on loopback, each variant a port of its own; mail that it takes goes into a black hole.

Debian lets no mail server be installed beside another. Where Postfix is the machine's, Exim may lie unpacked in this
clone: `apt-get download exim4-daemon-light libidn12`, then `dpkg -x` of both into `.local/mta`; it needs the user that
its package would make (`adduser --system --group Debian-exim`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from support.mail.ports import wait_for
from support.mail.postfix import PASSWORD, USER
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.mail.certificates import Certificates

UNPACKED: Final = Path(__file__).parents[3] / ".local" / "mta"
_CONFIGURATION: Final = """
primary_hostname = mx.test.example
spool_directory = {directory}/spool
log_file_path = {directory}/log/%slog
pid_file_path = {directory}/exim.pid
local_interfaces = {interfaces}
tls_on_connect_ports = {tls_first}
tls_certificate = {directory}/tls/${{lookup{{$received_port}}lsearch{{{directory}/certificates}}}}.pem
tls_advertise_hosts = ${{lookup{{$received_port}}lsearch{{{directory}/starttls}}}}
auth_advertise_hosts = ${{if or{{ \
  {{bool{{${{lookup{{$received_port}}lsearch{{{directory}/auth}}{{1}}{{0}}}}}}}} \
  {{and{{ {{bool{{${{lookup{{$received_port}}lsearch{{{directory}/auth_under_tls}}{{1}}{{0}}}}}}}} \
  {{def:tls_in_cipher}} }}}} \
  }}{{*}}{{}}}}
acl_smtp_connect = connect
acl_smtp_helo = accept
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
acl_smtp_mail = accept
never_users =
keep_environment =
host_lookup =
helo_lookup_domains =
rfc1413_query_timeout = 0s
smtp_enforce_sync = false
smtp_accept_max = 0
queue_only = true
exim_path = {binary}
begin acl
connect:
  defer message = 4.3.2 come back later
        condition = ${{lookup{{$received_port}}lsearch{{{directory}/busy}}{{1}}{{0}}}}
  drop message = 5.7.1 not from your network
       condition = ${{lookup{{$received_port}}lsearch{{{directory}/closed}}{{1}}{{0}}}}
  accept delay = ${{lookup{{$received_port}}lsearch{{{directory}/delay}}{{$value}}{{0s}}}}
rcpt:
  accept authenticated = *
  accept condition = ${{lookup{{$received_port}}lsearch{{{directory}/relay}}{{1}}{{0}}}}
  deny message = relay not permitted
begin routers
all:
  driver = redirect
  data = :blackhole:
begin authenticators
{authenticators}
"""
_AUTHENTICATORS: Final = {
    "PLAIN": """
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = {when}
""",
    "LOGIN": """
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
  server_advertise_condition = {when}
""",
    "CRAM-MD5": """
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{{user}}}{{{password}}}fail}}
  server_set_id = $auth1
  server_advertise_condition = {when}
""",
}
_WHEN: Final = "${{if inlist{{{name}}}{{${{lookup{{$received_port}}lsearch{{{directory}/mechanisms}}}}}}}}"


def binary() -> Path | None:
    """Returns Exim, the machine's or the unpacked one."""
    found = shutil.which("exim4", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    unpacked = UNPACKED / "usr" / "sbin" / "exim4"
    return Path(found) if found else unpacked if unpacked.exists() else None


def missing() -> str:
    """Returns why Exim cannot be started here; empty where it can."""
    exim = binary()
    if exim is None:
        return "Debian's exim4-daemon-light is neither installed nor unpacked in .local/mta"
    if os.geteuid() != 0:
        return "Exim is started by root alone"
    done = subprocess.run(
        [exim, "-C", "/dev/null", "-bV"], capture_output=True, text=True, env=_env(), timeout=30, check=False
    )
    return f"Exim does not run here: {(done.stderr or done.stdout).strip()[:120]}" if done.returncode else ""


class Exim:
    """Serves until it is left; each service has the options below, by port.

    certificate: its name. starttls: offered. auth, auth_under_tls: offered, always or so. mechanisms: AUTH. delay: of
    the greeting. busy, closed: refuses with 4xx, with 5xx. relay: takes mail without a login. tls_first: TLS at once.
    """

    def __init__(self, directory: Path, services: Mapping[str, Mapping[str, str]], certificates: Certificates) -> None:
        self._directory, self._services, self._certificates = directory, services, certificates
        self.ports = dict(zip(services, free_ports(len(services)), strict=True))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        directory = self._directory
        for name in ("spool", "log", "tls"):
            (directory / name).mkdir(parents=True)
        for above in (directory, *directory.parents):
            with suppress(OSError):
                above.chmod(above.stat().st_mode | 0o011)
        self._certificates.write(directory / "tls")
        for name in ("spool", "log"):
            shutil.chown(directory / name, "Debian-exim", "Debian-exim")
        for table in ("busy", "closed", "relay", "auth", "auth_under_tls"):
            self._table(table, {name: "yes" for name, given in self._services.items() if table in given})
        self._table("delay", {name: given["delay"] for name, given in self._services.items() if "delay" in given})
        self._table("certificates", {name: given.get("certificate", "good") for name, given in self._services.items()})
        self._table("starttls", {name: "*" for name, given in self._services.items() if "starttls" in given})
        self._table(
            "mechanisms", {name: given.get("mechanisms", "PLAIN:LOGIN") for name, given in self._services.items()}
        )
        configuration = directory / "exim.conf"
        configuration.write_text(self._configuration())
        command = [str(binary()), "-C", str(configuration), "-bdf", "-q1h"]
        self._process = subprocess.Popen(command, env=_env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.ports.values())
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)

    @property
    def log(self) -> str:
        """Returns what Exim wrote down."""
        return "".join(file.read_text(errors="replace") for file in (self._directory / "log").iterdir())

    def _table(self, name: str, values: Mapping[str, str]) -> None:
        lines = [f"{self.ports[service]}: {value}\n" for service, value in values.items()]
        (self._directory / name).write_text("".join(lines))

    def _configuration(self) -> str:
        directory = self._directory
        interfaces = "<; " + " ; ".join(f"127.0.0.1.{port}" for port in self.ports.values())
        tls_first = " : ".join(str(self.ports[name]) for name, given in self._services.items() if "tls_first" in given)
        authenticators = "".join(
            text.format(user=USER, password=PASSWORD, when=_WHEN.format(directory=directory, name=name))
            for name, text in _AUTHENTICATORS.items()
        )
        return _CONFIGURATION.format(
            binary=binary(),
            directory=directory,
            interfaces=interfaces,
            tls_first=tls_first,
            authenticators=authenticators,
        )


def _env() -> dict[str, str]:
    libraries = UNPACKED / "usr" / "lib" / "x86_64-linux-gnu"
    return {**os.environ, "LANG": "C", **({"LD_LIBRARY_PATH": str(libraries)} if libraries.exists() else {})}
