"""What is read from exports of frodo and folders of fr-config-manager."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from support.other_tools import fr_config_folder, frodo_export, frodo_folder
from tenant_email.errors import TenantEmailError
from tenant_email.inputs.model import reveal
from tenant_email.migration.found import FoundEsv, FromConfig
from tenant_email.migration.reading import read

if TYPE_CHECKING:
    from pathlib import Path

HOST = "openam-acme.forgeblocks.com"
CRYPTO = {"$crypto": {"type": "x-simple-encryption", "value": {"cipher": "AES/CBC/PKCS5Padding", "data": "canary=="}}}
SMTP = {
    "_id": "external.email",
    "type": "smtp",
    "host": "&{esv.mail.host}",
    "port": {"$int": "&{esv.mail.port}"},
    "from": "no-reply@acme.com",
    "auth": {"enable": True, "username": "mailer", "password": CRYPTO},
    "starttls": {"enable": True},
    "ssl": {"enable": False},
    "smtpProperties": ["mail.smtp.ssl.protocols=TLSv1.2"],
    "timeout": 300000,
    "writetimeout": 300000,
    "connectiontimeout": 300000,
    "threadPoolSize": 20,
    "debug": False,
}
WELCOME = {
    "_id": "emailTemplate/welcome",
    "defaultLocale": "en",
    "displayName": "Welcome",
    "enabled": True,
    "from": "",
    "subject": {"en": "Welcome", "fr": "Bienvenue"},
    "html": {"en": "<h1>Hi</h1>", "fr": "<h1>é</h1>"},
    "styles": "h1 { color: red; }",
    "message": {
        "en": '<html><head><style type="text/css">h1 { color: red; }</style></head><body><h1>Hi</h1></body></html>',
        "fr": '<html><head><style type="text/css">h1 { color: red; }</style></head><body><h1>é</h1></body></html>',
    },
    "mimeType": "text/html",
}
VARIABLE = {
    "_id": "esv-mail-host",
    "description": "the \\${host}",
    "expressionType": "string",
    "value": "smtp.acme.com",
}
SECRET = {
    "_id": "esv-mail-password",
    "description": "",
    "encoding": "generic",
    "useInPlaceholders": True,
    "activeVersion": "1",
    "loadedVersion": "1",
}
DOCUMENTS = {
    "idm": {"external.email": SMTP},
    "emailTemplate": {"welcome": WELCOME},
    "variable": {"esv-mail-host": VARIABLE},
    "secret": {"esv-mail-password": SECRET},
}
BOTH = ["frodo", "fr-config-manager"]


def written(tmp_path: Path, tool: str, documents: Any) -> Path:
    """Writes the export of a tool."""
    if tool == "frodo":
        return frodo_folder(tmp_path / "x", documents, HOST)
    return fr_config_folder(tmp_path / "x", documents)


@pytest.mark.parametrize("tool", BOTH)
def test_an_export_is_read(tmp_path: Path, tool: str) -> None:
    """Placeholders stay, with the types around them gone; a `$crypto` is refused with the reason."""
    found = read(written(tmp_path, tool, DOCUMENTS), None, {"ESV_MAIL_HOST": "smtp.acme.com"})
    assert found.source == tool
    assert found.tenant
    assert found.tenant.host == (HOST if tool == "frodo" else "")
    assert found.tenant.provider
    settings = found.tenant.provider.settings
    assert (settings["host"], settings["port"], settings["username"]) == (
        "&{esv.mail.host}",
        "&{esv.mail.port}",
        "mailer",
    )
    assert "password" not in settings
    (note,) = [each for each in found.notes if "auth.password" in each.address]
    assert note.text == "is encrypted with a key of its own tenant ($crypto), which nobody else can read"
    assert note.refused
    (template,) = found.tenant.templates
    assert template.settings["html"] == WELCOME["html"]
    assert template.settings["styles"] == WELCOME["styles"]
    assert "message" not in template.settings
    (variable,) = found.tenant.esvs
    value = "smtp.acme.com" if tool == "frodo" else FromConfig("ESV_MAIL_HOST")
    assert variable == FoundEsv("esv-mail-host", secret=False, value=value, description="the ${host}")
    assert found.left == {"ESV secret": 1}, "no email names it"


def test_an_export_of_everything_is_read(tmp_path: Path) -> None:
    """One file, with the sections inside of `global`, and templates among IDM's entities."""
    file = tmp_path / "all.config.json"
    entities = {"external.email": SMTP, "emailTemplate/welcome": WELCOME, "sync": {"mappings": []}}
    document = {"meta": {"origin": f"https://{HOST}/am"}, "global": {"idm": entities}, "realm": {}}
    file.write_text(json.dumps(document))
    found = read(file, None, {})
    assert found.tenant
    assert found.tenant.provider
    assert (found.tenant.host, len(found.tenant.templates)) == (HOST, 1)


def test_an_esv_that_a_template_names_goes_along(tmp_path: Path) -> None:
    """As those of the configuration do."""
    named = {**WELCOME, "from": "&{esv.mail.password}"}
    path = written(tmp_path, "frodo", {**DOCUMENTS, "emailTemplate": {"welcome": named}})
    found = read(path, None, {}).tenant
    assert found
    assert [each.id for each in found.esvs] == ["esv-mail-host", "esv-mail-password"]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("canary-literal", "canary-literal"),
        ("&{esv.mail.password}", "&{esv.mail.password}"),
        ("${MAIL_PASSWORD}", "canary-from-env"),
        ("${OTHER}", None),
    ],
)
def test_a_password_that_can_be_read_is_kept(tmp_path: Path, password: str, expected: str | None) -> None:
    """A literal and what the environment has are secrets; a placeholder is none."""
    auth = {"enable": True, "username": "mailer", "password": password}
    path = written(tmp_path, "frodo", {"idm": {"external.email": {**SMTP, "auth": auth}}})
    found = read(path, None, {"MAIL_PASSWORD": "canary-from-env"})
    assert found.tenant
    assert found.tenant.provider
    value = found.tenant.provider.settings.get("password")
    shown = value.value if isinstance(value, FromConfig) else reveal(value)
    assert shown == expected
    assert "canary" not in repr(found)


def test_values_of_esvs_are_decoded(tmp_path: Path) -> None:
    """A secret's among them, where somebody wrote it down; what an export encrypted is refused."""
    value = base64.b64encode(b"canary-esv").decode()
    documents: Any = {
        "variable": {"esv-port": {"_id": "esv-port", "expressionType": "int", "valueBase64": "NDI="}},
        "secret": {
            "esv-a": {**SECRET, "_id": "esv-a", "valueBase64": value},
            "esv-b": {**SECRET, "_id": "esv-b", "activeValue": CRYPTO},
        },
    }
    found = read(written(tmp_path, "frodo", documents), None, {})
    assert found.tenant
    values = {each.id: reveal(each.value) for each in found.tenant.esvs}
    assert values == {"esv-port": "42", "esv-a": "canary-esv", "esv-b": None}
    assert {each.id: each.expression_type for each in found.tenant.esvs}["esv-port"] == "int"
    assert "canary" not in repr(found)
    assert [note.refused for note in found.notes if "esv-b" in note.address] == [True]


def test_the_built_in_sender_is_no_configuration(tmp_path: Path) -> None:
    """It is what a tenant sends with where nobody configured anything."""
    built_in = {**SMTP, "host": "&{aic.smtp.relay.host|relay}", "auth": {"password": "&{aic.customer.sasl.pass}"}}
    found = read(written(tmp_path, "frodo", {"idm": {"external.email": built_in}}), None, {})
    assert found.tenant
    assert found.tenant.provider is None
    assert [note.refused for note in found.notes] == [True]


def test_protected_templates_are_left_to_the_platform(tmp_path: Path) -> None:
    """An export has them, and no write would be taken."""
    document = {**WELCOME, "_id": "emailTemplate/frOnboarding"}
    found = read(written(tmp_path, "frodo", {"emailTemplate": {"frOnboarding": document}}), None, {})
    assert found.tenant
    assert found.tenant.templates == ()


def test_two_files_that_differ_are_refused(tmp_path: Path) -> None:
    """The same object twice is fine as long as both say the same."""
    path = written(tmp_path, "frodo", DOCUMENTS)
    again = path / "again.template.email.json"
    again.write_text(json.dumps(frodo_export("emailTemplate", {"welcome": {**WELCOME, "_rev": "2"}}, HOST)))
    assert read(path, None, {}).tenant
    again.write_text(json.dumps(frodo_export("emailTemplate", {"welcome": {**WELCOME, "from": "x@acme.com"}}, HOST)))
    with pytest.raises(TenantEmailError, match="says something else of welcome than again"):
        read(path, None, {})


def test_two_exports_around_a_restart_agree(tmp_path: Path) -> None:
    """What an ESV says of its last change, and of whether that is loaded, is nothing of it."""
    path, later = (
        written(tmp_path, "frodo", DOCUMENTS),
        {"lastChangeDate": "2026-08-02", "lastChangedBy": "b", "_rev": "2"},
    )
    for kind, id_, document in (("variable", "esv-mail-host", VARIABLE), ("secret", "esv-mail-password", SECRET)):
        changed = {**document, **later, "loaded": True, "loadedVersion": "2"}
        (path / f"later.{kind}.json").write_text(json.dumps(frodo_export(kind, {id_: changed}, HOST)))
    assert read(path, None, {}).tenant


def test_exports_of_two_tenants_are_refused(tmp_path: Path) -> None:
    """Nobody can tell which of them is meant."""
    path = written(tmp_path, "frodo", DOCUMENTS)
    other = frodo_export("variable", {"esv-x": {**VARIABLE, "_id": "esv-x"}}, "openam-other.forgeblocks.com")
    (path / "esv-x.variable.json").write_text(json.dumps(other))
    with pytest.raises(TenantEmailError, match="holds exports of several tenants"):
        read(path, None, {})


def test_a_text_outside_of_the_folder_is_not_read(tmp_path: Path) -> None:
    """A file that names another one can name any."""
    path = written(tmp_path, "fr-config-manager", {"emailTemplate": {"welcome": WELCOME}})
    (tmp_path / "secret").write_text("canary")
    (path / "email-templates/welcome/welcome.json").write_text(
        json.dumps({**WELCOME, "styles": {"file": "../../../secret"}})
    )
    with pytest.raises(TenantEmailError, match="names a file outside of the folder"):
        read(path, None, {})
