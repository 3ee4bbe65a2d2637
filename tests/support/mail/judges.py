"""Judges of a mail server that nobody here wrote: the platforms' own mail libraries, which send an email through it."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from support import logto_oracle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST: Final = 60  # seconds that a judge gives a server; each has timeouts of its own
_JARS: Final = [Path("/usr/share/java") / name for name in ("javax.mail.jar", "javax.activation.jar")]
_JAVA: Final = Path(__file__).parents[2] / "fidelity" / "mail" / "Sends.java"
_SHORT_LIVED: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # a start of seconds is worth no second compiler


@dataclass(frozen=True)
class Sent:
    """What became of an email; `said` is the library's own message when it did not go out.

    connected: the library got as far as the sender's address, so that what failed later is about the addresses.
    """

    connected: bool
    sent: bool
    logged_in: bool
    said: str


def without_java() -> str:
    """Returns why JavaMail cannot be asked here; empty where it can."""
    if not shutil.which("javac"):
        return "Debian's default-jdk-headless is not installed, so JavaMail cannot be asked"
    return "" if all(jar.exists() for jar in _JARS) else "Debian's libmail-java is not installed, so it cannot be asked"


def by_nodemailer(configs: Sequence[Mapping[str, Any]], public: Path) -> list[Sent]:
    """Returns what the connector's nodemailer makes of each config; it trusts an authority of the test besides."""
    command = ["env", f"NODE_EXTRA_CA_CERTS={public}", "node", "sends.mjs", str(LONGEST)]
    done = subprocess.run(
        command,
        cwd=logto_oracle.installed(),
        input="\n".join(map(json.dumps, configs)),
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    return [Sent(each["connected"], each["sent"], each["loggedIn"], each["said"]) for each in seen]


def by_javamail(configs: Sequence[Mapping[str, str]], user: str, password: str, public: Path) -> list[Sent]:
    """Returns what JavaMail makes of each set of properties; it trusts the authority of the test and no other."""
    store = public.with_name("public.p12")
    authority = x509.load_pem_x509_certificate(public.read_bytes())
    trusted = [pkcs12.PKCS12Certificate(authority, b"public")]
    store.write_bytes(pkcs12.serialize_java_truststore(trusted, NoEncryption()))
    lines = list[str]()
    for config in configs:
        login = [user, password] if config.get("mail.smtp.auth") == "true" else ["", ""]
        given = {"mail.smtp.localhost": "judge.test.example", "mail.from": "sender@acme.example", **config}
        lines.append("\t".join([*login, *(f"{name}={value}" for name, value in given.items())]))
    command = [
        "java",
        *_SHORT_LIVED,
        f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        "-Djavax.net.ssl.trustStorePassword=",
        "-cp",
        ":".join(map(str, _JARS)),
        str(_JAVA),
        str(LONGEST),
    ]
    done = subprocess.run(
        command, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=240, check=True
    )
    seen = [line.split("\t", 3) for line in done.stdout.splitlines()]
    true = "true"
    return [Sent(connected == true, sent == true, login == true, said) for connected, sent, login, said in seen]
