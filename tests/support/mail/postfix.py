"""A real Postfix on loopback, each variant a service on a port of its own; mail that it takes is discarded.

It runs from a directory of the test's, beside the machine's own. SASL is Cyrus's, with accounts in sasldb.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from support.mail.ports import wait_for
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.mail.certificates import Certificates

_DAEMONS: Final = Path("/usr/lib/postfix/sbin")
_MAIN: Final = """
compatibility_level = 3.6
queue_directory = {directory}/spool
data_directory = {directory}/data
mail_owner = postfix
setgid_group = postdrop
command_directory = /usr/sbin
daemon_directory = {daemons}
sendmail_path = /usr/sbin/sendmail
newaliases_path = /usr/bin/newaliases
mailq_path = /usr/bin/mailq
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
maillog_file_prefixes = {directory}
maillog_file = {directory}/log/postfix.log
inet_interfaces = loopback-only
myhostname = mx.test.example
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard
relay_transport = discard
smtputf8_enable = no
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtpd_error_sleep_time = 0
smtpd_client_auth_rate_limit = 0
in_flow_delay = 0
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_type = cyrus
smtpd_sasl_path = all
cyrus_sasl_config_path = {directory}/etc/sasl
smtpd_tls_cert_file = {directory}/tls/good.pem
smtpd_tls_key_file = {directory}/tls/good.pem
smtpd_tls_mandatory_protocols = >=TLSv1
smtpd_tls_protocols = >=TLSv1
smtpd_tls_loglevel = 1
"""
_SERVICES: Final = """
postlog   unix-dgram n - n - 1 postlogd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
tlsmgr    unix - - n 1000? 1 tlsmgr
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
discard   unix - - n - - discard
error     unix - - n - - error
"""
MECHANISMS: Final = {
    "all": "PLAIN LOGIN CRAM-MD5 DIGEST-MD5",
    "plain": "PLAIN",
    "login": "LOGIN",
    "cram": "CRAM-MD5",
    "digest": "DIGEST-MD5",
    "usual": "PLAIN LOGIN",
}
USER, PASSWORD = "mailer@mx.test.example", "canary-mail-password"


def missing() -> str:
    """Returns why Postfix cannot be started here; empty where it can."""
    needed = {"postfix": "postfix", "saslpasswd2": "sasl2-bin"}
    absent = [package for command, package in needed.items() if not shutil.which(command, path=_path())]
    if absent or not (_DAEMONS / "master").exists():
        return f"Debian's {' and '.join(absent or ['postfix'])} not installed, so no real server can be asked"
    return "" if os.geteuid() == 0 else "Postfix is started by root alone"


class Postfix:
    """Serves until it is left; `ports` says where each service is, by the names that were given."""

    def __init__(self, directory: Path, services: Mapping[str, Mapping[str, str]], certificates: Certificates) -> None:
        self._directory = directory
        self._services = services
        self._certificates = certificates
        self.ports = dict(zip(services, free_ports(len(services)), strict=True))

    def __enter__(self) -> Self:
        directory = self._directory
        for name in ("spool", "data", "log", "tls", "etc", "etc/sasl"):
            (directory / name).mkdir(parents=True)
        for above in (directory, *directory.parents):  # pytest's are for its user alone, and Postfix leaves root behind
            with suppress(OSError):
                above.chmod(above.stat().st_mode | 0o011)
        self._certificates.write(directory / "tls")
        self._accounts()
        (directory / "etc" / "main.cf").write_text(_MAIN.format(directory=directory, daemons=_DAEMONS))
        lines = [self._service(name, options) for name, options in self._services.items()]
        (directory / "etc" / "master.cf").write_text(_SERVICES + "".join(lines))
        shutil.chown(directory / "data", "postfix")
        self._run("start")
        wait_for(self.ports.values())
        return self

    def __exit__(self, *_: object) -> None:
        self._run("abort")

    @property
    def log(self) -> str:
        """Returns what Postfix wrote down."""
        with suppress(OSError):
            return (self._directory / "log" / "postfix.log").read_text(errors="replace")
        return ""

    @property
    def _config(self) -> str:
        return str(self._directory / "etc")

    def _run(self, command: str) -> None:
        done = subprocess.run(
            ["postfix", "-c", self._config, command],
            capture_output=True,
            text=True,
            env=_env(),
            timeout=60,
            check=False,
        )
        if done.returncode:
            message = f"postfix {command}: {done.stdout}{done.stderr}{self.log}"
            raise RuntimeError(message)

    def _accounts(self) -> None:
        database = self._directory / "etc" / "sasl" / "sasldb2"
        user, _, realm = USER.partition("@")
        command = ["saslpasswd2", "-p", "-c", "-f", str(database), "-u", realm, user]
        subprocess.run(command, input=PASSWORD.encode(), capture_output=True, env=_env(), timeout=30, check=True)
        shutil.chown(database, "postfix")
        for name, mechanisms in MECHANISMS.items():
            text = (
                f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {database}\nmech_list: {mechanisms}\n"
            )
            (self._directory / "etc" / "sasl" / f"{name}.conf").write_text(text)

    def _service(self, name: str, options: Mapping[str, str]) -> str:
        given = "".join(
            f"  -o {{ {key} = {value.format(tls=self._directory / 'tls')} }}\n" for key, value in options.items()
        )
        return f"127.0.0.1:{self.ports[name]} inet n - n - - smtpd\n  -o {{ syslog_name = {name} }}\n{given}"


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _env() -> dict[str, str]:
    return {**os.environ, "PATH": _path(), "LANG": "C"}
