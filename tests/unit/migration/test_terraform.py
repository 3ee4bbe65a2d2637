"""What is read from a state of Terraform: kinds of providers, templates, modules, aliases; and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.other_tools import (
    auth0_terraform_state,
    terraform_provider,
    terraform_resource,
    terraform_state,
    terraform_template,
)
from tenant_email.errors import TenantEmailError
from tenant_email.inputs.model import reveal
from tenant_email.migration.reading import merge, read

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.migration.found import Reading

SMTP = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.com",
    "credentials": {"smtp_host": "smtp.acme.com", "smtp_port": 2525, "smtp_user": "mailer"},
    "settings": {"headers": {"X-SES-Configuration-Set": "mail"}},
}
VERIFY = {
    "template": "verify_email",
    "subject": "Confirm",
    "body": "<p>{{ url }}</p>",
    "from": "",
    "syntax": "liquid",
    "enabled": True,
}


def reading(tmp_path: Path, state: Any, *only: str) -> Reading:
    """Returns what is read from a state."""
    file = tmp_path / "terraform.tfstate"
    file.write_text(json.dumps(state))
    return read(file, None, {}, only=only)


@pytest.mark.parametrize(
    ("name", "shown", "given", "expected"),
    [
        ("mandrill", {}, {"api_key": "canary-key"}, {"api_key": "canary-key"}),
        ("sendgrid", {}, {"api_key": "canary-key"}, {"api_key": "canary-key"}),
        ("sparkpost", {"region": "eu"}, {"api_key": "canary-key"}, {"api_key": "canary-key", "region": "eu"}),
        ("mailgun", {"domain": "acme.com"}, {"api_key": "canary-key"}, {"api_key": "canary-key", "domain": "acme.com"}),
        (
            "ses",
            {"region": "eu-west-1"},
            {"access_key_id": "AKIA1", "secret_access_key": "canary-secret"},
            {"access_key_id": "AKIA1", "secret_access_key": "canary-secret", "region": "eu-west-1"},
        ),
        ("ses", {"region": "eu-west-1"}, {"access_key_id": "AKIA1"}, {"region": "eu-west-1"}),
        (
            "smtp",
            {"smtp_host": "h.acme.com", "smtp_port": 465, "smtp_user": "u"},
            {"smtp_pass": "canary-pass"},
            {"host": "h.acme.com", "port": 465, "username": "u", "password": "canary-pass"},
        ),
        ("azure_cs", {}, {"azure_cs_connection_string": "endpoint=canary"}, {"connection_string": "endpoint=canary"}),
        (
            "ms365",
            {},
            {"ms365_tenant_id": "t", "ms365_client_id": "c", "ms365_client_secret": "canary-ms"},
            {"tenant_id": "t", "client_id": "c", "client_secret": "canary-ms"},
        ),
        ("ms365", {}, {"ms365_client_secret": "canary-ms"}, {}),
        ("custom", {}, {}, {}),
    ],
)
def test_every_kind_is_read(
    tmp_path: Path, name: str, shown: dict[str, Any], given: dict[str, Any], expected: dict[str, Any]
) -> None:
    """With its credentials whole, or without those that the API hides."""
    document = {"name": name, "enabled": True, "default_from_address": "a@acme.com", "credentials": shown}
    found = reading(tmp_path, auth0_terraform_state(document, [], given))
    assert found.tenant
    assert found.tenant.provider
    settings = found.tenant.provider.settings
    assert reveal(settings) == {"kind": f"auth0.{name}", **expected}
    assert "canary" not in repr(found)


def test_what_a_state_cannot_tell_from_nothing_is_left_out(tmp_path: Path) -> None:
    """Empty texts, zeros and flags that are false where the tenant has none."""
    found = reading(tmp_path, auth0_terraform_state({**SMTP, "settings": {}}, [VERIFY], {}))
    assert found.tenant
    assert found.tenant.provider
    assert found.tenant.provider.settings.keys() == {"kind", "host", "port", "username"}
    (template,) = found.tenant.templates
    assert template.settings.keys() == {"kind", "template", "subject", "body", "syntax", "enabled"}
    told = {note.address: note.text for note in found.notes}
    assert told["auth0_email_template.verify_email"].startswith("include_email_in_redirect is false, or was never set")
    assert told["auth0_email_provider.main"] == "smtp_pass is not in the state: the tenant keeps what it has"
    assert found.left == {"auth0_client": 1}


def test_what_the_program_marked_sensitive_is_secret(tmp_path: Path) -> None:
    """A user name in a sensitive variable, by its path in the state; and a token that is user and password."""
    state = auth0_terraform_state(SMTP, [], {"smtp_pass": "mailer"})
    found = reading(tmp_path, state)
    assert found.tenant
    assert found.tenant.provider
    assert repr(found.tenant.provider.settings["username"]) == "***"
    path = [
        {"type": "get_attr", "value": "credentials"},
        {"type": "index", "value": {"value": 0, "type": "number"}},
        {"type": "get_attr", "value": "smtp_user"},
    ]
    state["resources"][1]["instances"][0]["sensitive_attributes"] = [path]
    state["resources"][1]["instances"][0]["attributes"]["credentials"][0]["smtp_pass"] = "canary"
    found = reading(tmp_path, state)
    assert found.tenant
    assert found.tenant.provider
    assert repr(found.tenant.provider.settings["username"]) == "***"


def test_a_sender_of_a_template_waits_for_its_provider(tmp_path: Path) -> None:
    """While that is disabled no program may give one."""
    template = {**VERIFY, "from": "other@acme.com"}
    for enabled in (True, False):
        found = reading(tmp_path, auth0_terraform_state({**SMTP, "enabled": enabled}, [template], {}))
        assert found.tenant
        assert ("from_address" in found.tenant.templates[0].settings) is enabled
    assert any("while the provider is disabled" in note.text for note in found.notes)


def test_write_only_credentials_stay_with_the_tenant(tmp_path: Path) -> None:
    """No state has them; their version says nothing."""
    state = auth0_terraform_state(SMTP, [], {})
    credentials = state["resources"][1]["instances"][0]["attributes"]["credentials"][0]
    credentials |= {"smtp_pass": None, "smtp_pass_wo": None, "smtp_pass_wo_version": 3}
    found = reading(tmp_path, state)
    assert [note.text for note in found.notes] == ["smtp_pass is not in the state: the tenant keeps what it has"]
    credentials["smtp_color"] = "blue"
    found = reading(tmp_path, state)
    assert found.notes[-1].text == "smtp_color is no setting of smtp: it is left out"


def several() -> Any:
    """Returns the state of two tenants in one program: the second by an alias, its templates in a module."""
    eu = {"provider": 'module.eu.provider["registry.opentofu.org/auth0/auth0"].eu', "module": "module.eu"}
    other = {**SMTP, "credentials": {"smtp_host": "smtp.eu.acme.com", "smtp_port": 587, "smtp_user": "eu"}}
    return terraform_state(
        terraform_resource("auth0_email_provider", "main", terraform_provider(SMTP, {})),
        terraform_resource("auth0_email_template", "all", terraform_template(VERIFY)),
        terraform_resource("auth0_email_provider", "main", terraform_provider(other, {}), **eu),
        terraform_resource(
            "auth0_email_template",
            "all",
            terraform_template(VERIFY),
            terraform_template({**VERIFY, "template": "welcome_email"}),
            **eu,
        ),
    )


def test_one_tenant_of_several_is_chosen(tmp_path: Path) -> None:
    """By module, address or provider; without a choice the answer says how."""
    with pytest.raises(TenantEmailError, match=r"emails of 2 configured providers \(auth0, module.eu.auth0.eu\)"):
        reading(tmp_path, several())
    for only, names in (("module.eu", 2), ("auth0", 1), ("module.eu.auth0.eu", 2)):
        found = reading(tmp_path, several(), only)
        assert found.tenant
        assert len(found.tenant.templates) == names
        assert len(found.taken) == names + 1
    assert "module.eu.auth0_email_template.all[1]" in reading(tmp_path, several(), "module.eu").taken
    with pytest.raises(TenantEmailError, match=r"--only module\.us names nothing"):
        reading(tmp_path, several(), "module.us")


def test_two_providers_of_one_tenant_are_refused(tmp_path: Path) -> None:
    """A count that makes several; one is chosen by its address."""
    both = terraform_provider(SMTP, {}), terraform_provider({**SMTP, "default_from_address": "b@acme.com"}, {})
    state = terraform_state(terraform_resource("auth0_email_provider", "x", *both))
    with pytest.raises(TenantEmailError, match="there are 2 email providers"):
        reading(tmp_path, state)
    found = reading(tmp_path, state, "auth0_email_provider.x[1]")
    assert found.tenant
    assert found.tenant.provider
    assert found.tenant.provider.from_address == "b@acme.com"


def test_several_files_are_one_reading(tmp_path: Path) -> None:
    """As long as they are of one tenant and say each thing once."""
    files = [tmp_path / f"{name}.json" for name in "abc"]
    files[0].write_text(json.dumps(auth0_terraform_state(SMTP, [], {})))
    files[1].write_text(json.dumps(auth0_terraform_state(None, [VERIFY], {})))
    merged = merge([read(file, None, {}) for file in files[:2]])
    assert merged.tenant
    assert merged.tenant.provider
    assert (len(merged.tenant.templates), merged.left) == (1, {"auth0_client": 2})
    files[2].write_text(json.dumps(auth0_terraform_state(None, [{**VERIFY, "subject": "other"}], {})))
    for twice, said in (((files[0], files[0]), "an email provider"), ((files[1], files[2]), "verify_email")):
        with pytest.raises(TenantEmailError, match=f"several of the files have {said}"):
            merge([read(file, None, {}) for file in twice])
    files[2].write_text(json.dumps([{"id": "c", "connectorId": "logto-email", "type": "Email", "config": {}}]))
    with pytest.raises(TenantEmailError, match="the files are of several tenants: auth0 and logto"):
        merge([read(file, None, {}) for file in (files[0], files[2])])


def test_keys_of_for_each_are_addresses_of_the_command_line(tmp_path: Path) -> None:
    """Quoted as Terraform quotes them."""
    state = auth0_terraform_state(None, [VERIFY], {})
    state["resources"][1]["instances"][0]["index_key"] = 'a "b" \\c'
    assert reading(tmp_path, state).taken == ['auth0_email_template.verify_email["a \\"b\\" \\\\c"]']


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"deposed": "0a1b2c3d"}, "is an old object that Terraform is about to delete"),
        ({"attributes": None, "attributes_flat": {"name": "smtp"}}, "is kept in the way of Terraform 0.11"),
        ({"attributes": []}, "has no attributes"),
    ],
)
def test_an_instance_that_is_not_the_object_is_refused(tmp_path: Path, change: dict[str, Any], text: str) -> None:
    """With what to do; the rest is read."""
    state = auth0_terraform_state(SMTP, [VERIFY], {})
    state["resources"][1]["instances"][0] |= change
    found = reading(tmp_path, state)
    assert found.tenant
    assert (found.tenant.provider, len(found.tenant.templates)) == (None, 1)
    assert [(note.text, note.refused) for note in found.notes if note.address == "auth0_email_provider.main"] == [
        (text, True)
    ]


def test_what_our_resources_do_not_take_is_left_to_the_tenant(tmp_path: Path) -> None:
    """An optional setting with a note, a whole template with the reason; nothing is written wrong."""
    templates = [
        {**VERIFY, "from": "sender@auth0.com"},
        {**VERIFY, "template": "welcome_email", "body": "{% if %}"},
    ]
    found = reading(tmp_path, auth0_terraform_state({**SMTP, "default_from_address": "x@auth0.com"}, templates, {}))
    assert found.tenant
    (template,) = found.tenant.templates
    assert "from_address" not in template.settings
    assert [note.refused for note in found.notes if "welcome_email" in note.address] == [True]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"version": 3, "serial": 1, "lineage": "x", "modules": []}, "is a state of version 3, and version 4"),
        ({"version": 5, "serial": 1, "lineage": "x", "resources": []}, "is a state of version 5"),
        ({"version": 4, "serial": 1, "lineage": "x"}, "is not a whole state"),
        (
            {"version": 3, "serial": 1, "lineage": "x", "backend": {"type": "s3", "config": {}}, "modules": []},
            "only says where the state is (backend s3)",
        ),
        (
            {"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "AA==", "encryption_version": "v0"},
            "is a state that OpenTofu encrypted",
        ),
        (
            {"format_version": "1.0", "terraform_version": "1.9.5", "values": {}},
            "is what `terraform show -json` prints",
        ),
    ],
)
def test_what_is_no_state_is_refused(tmp_path: Path, document: dict[str, Any], text: str) -> None:
    """With the reason, and the command that gets the right file."""
    with pytest.raises(TenantEmailError) as refused:
        reading(tmp_path, document)
    assert text in str(refused.value)
    assert "terraform state pull" in str(refused.value)


def test_a_state_with_nothing_of_ours(tmp_path: Path) -> None:
    """Finds nothing, and counts what is left."""
    found = reading(tmp_path, terraform_state(terraform_resource("aws_s3_bucket", "b", {}, {})))
    assert (found.tenant, found.domains, found.taken, found.left) == (None, (), [], {"aws_s3_bucket": 2})
