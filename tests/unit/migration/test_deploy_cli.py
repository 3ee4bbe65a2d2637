"""What is read from auth0-deploy-cli's folders and tenant.yaml, its keywords among it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.other_tools import deploy_cli_folder, deploy_cli_yaml
from tenant_email.errors import TenantEmailError
from tenant_email.inputs.model import reveal
from tenant_email.migration.found import FromConfig, Joined
from tenant_email.migration.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.migration.found import Reading

SMTP = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.com",
    "credentials": {"smtp_host": "smtp.acme.com", "smtp_port": 2525, "smtp_user": "mailer"},
    "settings": {},
}
VERIFY = {
    "template": "verify_email",
    "subject": "Confirm",
    "body": "<p>é {{ url }}</p>\r\n",
    "from": "",
    "syntax": "liquid",
    "enabled": True,
}
WRITERS = [deploy_cli_folder, deploy_cli_yaml]
"""The tool's two formats."""


def reading(path: Path, **environ: str) -> Reading:
    """Returns what is read."""
    return read(path, None, environ)


@pytest.mark.parametrize("write", WRITERS)
def test_an_export_is_read(tmp_path: Path, write: Any) -> None:
    """A body is what its file holds; the user of SMTP, which an export masks, comes from the stack's config."""
    found = reading(write(tmp_path / "x", SMTP, [VERIFY]))
    assert found.tenant
    assert found.tenant.provider
    assert found.tenant.provider.settings == {
        "kind": "auth0.smtp",
        "host": "smtp.acme.com",
        "port": 2525,
        "username": FromConfig("SMTP_USER"),
    }
    (template,) = found.tenant.templates
    assert template.settings["body"] == VERIFY["body"]
    assert [note.text for note in found.notes] == ["smtp_pass is not in the export: the tenant keeps what it has"]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("place", ["config.json", "x/config.json", "environment"])
def test_keywords_have_the_values_of_the_mappings(tmp_path: Path, write: Any, place: str) -> None:
    """In the folder, above it, or in the environment; a secret's value stays one."""
    written = {**VERIFY, "from": "no-reply@##ENV##.acme.com", "body": "<p>##ENV## {{ url }} ## none ##</p>"}
    path = write(tmp_path / "x", SMTP, [written])
    mappings = {"ENV": "test", "SMTP_USER": "mailer", "SMTP_PASS": "canary-pass"}
    config = {"AUTH0_DOMAIN": "acme.eu.auth0.com", "AUTH0_CLIENT_SECRET": "canary-of-the-tool"}
    if place != "environment":
        (tmp_path / place).write_text(json.dumps({**config, "AUTH0_KEYWORD_REPLACE_MAPPINGS": mappings}))
    found = reading(path, **(mappings if place == "environment" else {}))
    assert found.tenant
    assert found.tenant.provider
    settings = found.tenant.provider.settings
    assert (settings["username"].value, settings["password"].value) == ("mailer", "canary-pass")
    assert settings["password"].secret
    assert "canary" not in repr(found)
    (template,) = found.tenant.templates
    env = FromConfig("ENV")
    assert template.settings["from_address"] == Joined(("no-reply@", env, ".acme.com"))
    assert template.settings["body"] == Joined(("<p>", env, " {{ url }} ## none ##</p>"))
    assert found.tenant.host == ("" if place == "environment" else "acme.eu.auth0.com")


def test_keywords_for_json_are_put_into_a_body(tmp_path: Path) -> None:
    """As the tool does it: with the quotes of JSON, in place of quotes around them; variables of Auth0 stay."""
    body = "<script>x = @@LIST@@; y = '@@NAME@@'</script> @@password@@ @@OTHER@@ ##NAME##"
    folder = deploy_cli_folder(tmp_path / "x", None, [{**VERIFY, "body": body}])
    mappings = {"LIST": ["a", 1], "NAME": "é"}
    (folder / "config.json").write_text(json.dumps({"AUTH0_KEYWORD_REPLACE_MAPPINGS": mappings}))
    found = reading(folder).tenant
    assert found
    assert found.templates[0].settings["body"] == Joined(
        ('<script>x = ["a",1]; y = "é"</script> @@password@@ ', FromConfig("OTHER"), " ", FromConfig("NAME"))
    )


def test_keywords_need_no_quotes(tmp_path: Path) -> None:
    """A number and a list in JSON, and in YAML a value that begins with the sign of a comment."""
    emails = tmp_path / "emails"
    emails.mkdir()
    shown = '{"name": "smtp", "credentials": {"smtp_host": @@HOST@@, "smtp_port": ##PORT##, "smtp_user": "##U##x"}}'
    (emails / "provider.json").write_text(shown)
    expected = {"host": FromConfig("HOST"), "port": FromConfig("PORT"), "username": FromConfig("USER_NAME")}
    found = reading(emails.parent)
    assert found.tenant
    assert found.tenant.provider
    assert {**found.tenant.provider.settings, "username": expected["username"]} == {"kind": "auth0.smtp", **expected}
    file = tmp_path / "other.yml"
    file.write_text(
        "emailProvider:\n  name: smtp\n  credentials:\n    smtp_host: @@HOST@@\n    smtp_port: ##PORT##\n"
        "    smtp_user: ##USER_NAME##\n"
    )
    found = reading(file)
    assert found.tenant
    assert found.tenant.provider
    assert found.tenant.provider.settings == {"kind": "auth0.smtp", **expected}


def test_keywords_stand_for_any_json(tmp_path: Path) -> None:
    """A whole object is put where it is used, secrets in it as such; what is no text is required as what it is."""
    file = tmp_path / "tenant.yaml"
    file.write_text("emailProvider:\n  name: smtp\n  enabled: @@ON@@\n  credentials: @@LOGIN@@\n  settings: @@NONE@@\n")
    login = {"smtp_host": "h.acme.com", "smtp_port": 25, "smtp_user": "u", "smtp_pass": "canary"}
    (tmp_path / "config.json").write_text(json.dumps({"AUTH0_KEYWORD_REPLACE_MAPPINGS": {"ON": True, "LOGIN": login}}))
    found = reading(file)
    assert found.tenant
    assert [note.text for note in found.notes] == ["is not of the shape that the platform has"]
    file.write_text(file.read_text().replace("  settings: @@NONE@@\n", ""))
    found = reading(file)
    assert found.tenant
    assert found.tenant.provider
    assert reveal(found.tenant.provider.settings)["password"] == "canary"
    assert found.tenant.provider.enabled == FromConfig("ON")
    assert "canary" not in repr(found)


def test_yaml_is_read_as_javascript_reads_it(tmp_path: Path) -> None:
    """`yes` and `12:30` are texts, anchors are followed, and a merge is one."""
    (tmp_path / "body.html").write_text("<p>x</p>")
    file = tmp_path / "tenant.yaml"
    file.write_text(
        "emailTemplates:\n"
        "  - &first {template: verify_email, subject: yes, body: ./body.html, enabled: true, syntax: liquid}\n"
        "  - {<<: *first, template: welcome_email, subject: 12:30}\n"
    )
    found = reading(file)
    assert found.tenant
    assert [each.settings["subject"] for each in found.tenant.templates] == ["yes", "12:30"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"body": "./other.html"}, "its body other.html is not there"),
        ({"body": "../../secret.html"}, "its body is a file outside of the folder"),
        ({"body": 7}, "names no file with its body"),
        ({"subject": None}, "has no subject"),
        ({"template": None}, "has no name of a template"),
        ({"template": "mail_of_tomorrow", "body": "./empty.html"}, "settings.body: is empty"),
    ],
)
def test_a_template_that_is_not_whole_is_refused(tmp_path: Path, change: dict[str, Any], text: str) -> None:
    """A path is never taken for a body, and no file outside is read."""
    root = tmp_path / "a" / "b"
    root.mkdir(parents=True)
    (tmp_path / "secret.html").write_text("canary")
    (root / "empty.html").write_text("")
    (root / "body.html").write_text("<p>x</p>")
    row = {**VERIFY, "body": "./body.html", **change}
    (root / "tenant.yaml").write_text(json.dumps({"emailTemplates": [row]}))
    found = reading(root)
    assert found.tenant
    assert found.tenant.templates == ()
    assert [(note.text[: len(text)], note.refused) for note in found.notes] == [(text, True)]


def test_a_body_is_beside_its_description_unless_it_says_where(tmp_path: Path) -> None:
    """As the tool looks for it."""
    folder = deploy_cli_folder(tmp_path / "x", None, [VERIFY])
    description = folder / "emails" / "verify_email.json"
    description.write_text(json.dumps({**VERIFY, "body": ".\\verify.liquid.html"}))
    (folder / "emails" / "verify.liquid.html").write_text("<p>there</p>")
    found = reading(folder)
    assert found.tenant
    assert found.tenant.templates[0].settings["body"] == "<p>there</p>"
    (folder / "emails" / "verify.liquid.html").unlink()
    found = reading(folder)
    assert found.tenant
    assert found.tenant.templates[0].settings["body"] == VERIFY["body"]


def test_both_formats_in_one_folder_are_refused(tmp_path: Path) -> None:
    """Nobody can tell which is the newer one."""
    deploy_cli_folder(tmp_path / "x", SMTP, [VERIFY])
    (tmp_path / "x" / "tenant.yaml").write_text("emailProvider: {}")
    with pytest.raises(TenantEmailError, match=r"has both tenant.yaml and a folder emails"):
        reading(tmp_path / "x")


@pytest.mark.parametrize("name", ["emailProvider.json", "emails/provider.json", "emails/emailProvider.json"])
def test_the_file_of_the_provider_is_found(tmp_path: Path, name: str) -> None:
    """Wherever a version of the tool, or a person, put it; it may be named by itself."""
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    credentials = {"accessKeyId": "AKIA1", "secretAccessKey": "canary", "region": "eu-west-1"}
    file.write_text(json.dumps({"name": "ses", "enabled": False, "credentials": credentials}))
    for path in (tmp_path, file):
        found = reading(path)
        assert found.tenant
        assert found.tenant.provider
        assert found.tenant.provider.enabled is False
        assert reveal(found.tenant.provider.settings)["secret_access_key"] == "canary"


def test_placeholders_of_old_exports_are_no_secrets(tmp_path: Path) -> None:
    """The tenant keeps its own."""
    (tmp_path / "emailProvider.json").write_text('{"name": "sendgrid", "credentials": {"api_key": "YOUR_API_KEY"}}')
    found = reading(tmp_path)
    assert found.tenant
    assert found.tenant.provider
    assert found.tenant.provider.settings == {"kind": "auth0.sendgrid"}
