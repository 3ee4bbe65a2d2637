"""What a fleet file refers to: variables and files, where it means them and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.fleet_texts import ENTRY, FILE, SMTP, fleet_text, said
from tenant_email.fleet.program_secrets import ProgramSecrets
from tenant_email.fleet.reading import examine
from tenant_email.fleet.references import NamedFile, References, references_of
from tenant_email.fleet.secret_values import mask_secrets
from tenant_email.redaction.secrets import scrub

TEMPLATE = "{templates: {v: {template: verify_email, subject: s, body_file: %s}}}"
LOGTO = """\
    platform: logto
    url: https://id.acme.com
    appId: m2m
    appSecretEnv: ACME_SECRET
"""

AIC = """\
    platform: pingone_aic
    url: https://acme.forgeblocks.com
    serviceAccountId: x
    serviceAccountKeyEnv: ACME_SECRET
"""


def of(email: str, entry: str = ENTRY) -> References:
    """Returns what a tenant refers to."""
    return references_of(examine(fleet_text(email, entry=entry), FILE, judged=False).fleet.tenants["acme"])


@pytest.mark.parametrize(
    ("email", "entry", "variables", "files"),
    [
        (f"{{provider: {SMTP}}}", ENTRY, ("ACME_SECRET", "SMTP_PASSWORD"), []),
        ("{sending_domain: {domain: a.com, tags: {app_env: prod, key_file: /x}}}", ENTRY, ("ACME_SECRET",), []),
        (
            "{provider: {kind: auth0.other, name: a, credentials_file: /run/key}}",
            ENTRY,
            ("ACME_SECRET",),
            [("email.provider.credentials_file", "/run/key", True)],
        ),
        (
            "{templates: {body_file: {template: verify_email, subject: s, body_file: a.html}}}",
            ENTRY,
            ("ACME_SECRET",),
            [("email.templates.body_file.body_file", "a.html", False)],
        ),
        (
            "{provider: {kind: logto.smtp, password_env: P, templates: {SignIn: {subject: s, content_file: a.html}}}}",
            LOGTO,
            ("ACME_SECRET", "P"),
            [("email.provider.templates.SignIn.content_file", "a.html", False)],
        ),
        (
            "{provider: {kind: logto.smtp, tls: {key_file: /run/key, pfx_env: PFX, app_env: x}}}",
            LOGTO,
            ("ACME_SECRET", "PFX"),
            [("email.provider.tls.key_file", "/run/key", True)],
        ),
        (
            "{templates: {welcome: {html_files: {en: /srv/en.html, de: de.html}, message_files: {en: a}}}}",
            AIC,
            ("ACME_SECRET",),
            [
                ("email.templates.welcome.message_files.en", "a", False),
                ("email.templates.welcome.html_files.en", "/srv/en.html", False),
                ("email.templates.welcome.html_files.de", "de.html", False),
            ],
        ),
    ],
)
def test_what_is_named(email: str, entry: str, variables: tuple[str, ...], files: list[tuple[str, str, bool]]) -> None:
    """A tag of AWS that is called like a reference is none."""
    found = of(email, entry)
    assert found.variables == variables
    assert [(each.key, each.path, each.is_secret) for each in found.named] == files


def test_a_key_of_a_secret() -> None:
    """It is one that Kubernetes takes, whatever the file calls it."""
    assert NamedFile("tenants.a.email.templates.v.html_files.en US", "/x", is_secret=False).key == (
        "email.templates.v.html_files.en_US"
    )


def test_what_a_pod_does_not_mount() -> None:
    """A home, a file beside the program that is secret, and a path with a colon."""
    files = ("~/a", "/run/a:b", "/run/a", "a")
    found = References((), tuple(NamedFile(f"tenants.a.{path}", path, is_secret=True) for path in files))
    assert [each.path.rpartition("tenants.a.")[2] for each in found.problems] == ["~/a", "/run/a:b", "a"]


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("'-'", "cannot be read: No such file or directory"),
        (".", "is not a file"),
        (os.devnull, "is not a file"),
        ("~nobody-of-this-name/a", "begins at the home of a user who is none"),
        ("'a\\0b'", "cannot be read: No such file or directory"),
    ],
)
def test_files_that_nobody_waits_for(named: str, what: str) -> None:
    """The standard input, a device and what is no path are files that are not there."""
    (problem,) = [each for each in said(fleet_text(TEMPLATE % named)) if "body_file" in each]
    assert problem.endswith(f", which {what}")


def test_a_pipe_is_no_secret(tmp_path: Path) -> None:
    """Nobody would ever write into it."""
    os.mkfifo(tmp_path / "pipe")
    secrets = ProgramSecrets({})
    with pytest.raises(ValueError, match="the file that it names is not a file\nCorrect the path"):
        secrets.of_file(tmp_path, "pipe")
    with pytest.raises(ValueError, match="the file that it names cannot be read: No such file or directory\n"):
        secrets.of_file(tmp_path, "canary")


def test_a_secret_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found and masked wherever the fleet file is."""
    (tmp_path / "key").write_text(" canary-fleet-home\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    text = fleet_text(f"{{provider: {SMTP.replace('password_env: SMTP_PASSWORD', 'password_file: ~/key')}}}")
    fleet = examine(text, Path("elsewhere/tenants.yaml"), judged=False).fleet
    mask_secrets(fleet, {})
    assert scrub("is canary-fleet-home") == "is ***"
    assert ProgramSecrets({}).of_file(fleet.folder, "~/key") == "canary-fleet-home"


def test_the_login_of_a_dns_host_is_masked() -> None:
    """A file names the host alone, and so what its provider logs in with."""
    dns = "{host: cloudflare, zone_id: 023e105f4ecef8ad9ca31a8372d0c353}"
    fleet = examine(fleet_text(f"{{sending_domain: {{domain: a.com, dns: {dns}}}}}"), FILE, judged=False).fleet
    mask_secrets(fleet, {"CLOUDFLARE_API_TOKEN": "canary-fleet-dns"})
    assert scrub("is canary-fleet-dns") == "is ***"
