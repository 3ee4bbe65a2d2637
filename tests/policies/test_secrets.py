"""Secrets: where they may come from, where nothing that looks like one may stand, and that no violation quotes one."""

from __future__ import annotations

import base64
import dataclasses
import json
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.policy_runs import CONFIGURED, engine_says, judged, messages, unknown
from tenant_email import (
    EmailProvider,
    EmailTemplate,
    SesDkimKey,
    SesDomainIdentity,
    auth0,
    logto,
    package_schema,
    pingone_aic,
)
from tenant_email.package_schema.names import snake
from tenant_email.pingone_aic import EsvSecret, EsvVariable
from tenant_email.platforms.settings import Settings
from tenant_email_policies import secret_inputs
from tenant_email_policies.key_shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LITERAL = "typed-into-the-program"
FROM = "is a secret that came from neither stack config, the environment nor a resource."


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> None:
    config = {
        "tenant-email:tenants": json.dumps({"main": {"clientSecret": "deep-in-the-config"}}),
        "lab:domain": "acme.com",
        "lab:endpoint": "https://acme.communication.azure.com",
        "lab:pem": r"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n",
        "lab:line": "a-line-without-its-end\n",
        "lab:encoded": base64.b64encode(b"what-base64-holds-in-config").decode(),
        "lab:quoted": "a/configured secret",
    }
    engine_says(monkeypatch, **config)
    monkeypatch.setenv("SMTP_PASSWORD", "from-the-environment")


def provider(api_key: Any) -> None:
    """A provider with a key."""
    EmailProvider("mail", settings=auth0.SendGrid(api_key=api_key), from_address="a@acme.com")


class Vault(pulumi.CustomResource):
    """Somebody's resource that makes a secret."""

    secret: pulumi.Output[str]

    def __init__(self) -> None:
        super().__init__("other:index:Vault", "vault", {"secret": None})


@pytest.mark.parametrize(
    ("api_key", "is_literal"),
    [
        (CONFIGURED, False),
        ("deep-in-the-config", False),
        (f"endpoint=https://acme.example;accesskey={CONFIGURED}", False),
        ("from-the-environment", False),
        (LITERAL, True),
        ("short", True),
        ("", False),
        (f"user:{CONFIGURED}", False),
        (f"Bearer {CONFIGURED}", False),
        (f"prefix-{CONFIGURED}", False),
        (base64.b64encode(f"user:{CONFIGURED}".encode()).decode(), False),
        ("Basic " + base64.urlsafe_b64encode(f"u:{CONFIGURED}".encode()).decode().rstrip("="), False),
        ("a%2Fconfigured%20secret", False),
        ("a-line-without-its-end", False),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n", False),
        ("what-base64-holds-in-config", False),
        ("acme.com-mail-password", True),
        ("endpoint=https://acme.communication.azure.com/;accesskey=Q2hhbmdlTWVOb3cxMjM0NTY3ODkwQUJDREVGRw==", True),
        ("configured-in", True),
        (";,", True),
    ],
    ids=range(20),  # not the values: the name of a test is in the environment
)
def test_where_a_secret_came_from(api_key: Any, *, is_literal: bool) -> None:
    """Config, at any depth, the environment, and what is made of them; a host in it is no source of the key beside."""
    said = messages(judged(partial(provider, api_key), "no-literal-secrets"))
    assert said == ([f"settings.api_key {FROM}"] if is_literal else [])


def test_a_secret_of_a_resource_and_one_that_is_not_known_yet() -> None:
    """What another resource made is no literal, nor what a preview does not know."""
    made = {"Vault": {"secret": "made-by-the-vault"}}
    assert judged(lambda: provider(Vault().secret), "no-literal-secrets", outputs=made) == []
    assert judged(lambda: provider(unknown()), "no-literal-secrets") == []


@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_a_secret_of_another_stack(*, plug_in: bool) -> None:
    """An engine does not list what a program only reads among the stack's resources; it is no literal all the same."""

    def program() -> None:
        provider(pulumi.StackReference("organization/vault/dev").get_output("key"))

    read = {"StackReference": {"outputs": {"key": "made-in-another-stack"}}}
    assert judged(program, "no-literal-secrets", outputs=read, plug_in=plug_in) == []
    assert len(judged(partial(provider, "made-in-another-stack"), "no-literal-secrets", plug_in=plug_in)) == 1


@pytest.mark.parametrize("kind", ["AwsKeyReady", "SesDomainIdentity"])
def test_a_secret_of_a_resource_in_other_languages(kind: str) -> None:
    """Their engine names the property otherwise; it is made of the resource all the same."""

    class Raw(pulumi.CustomResource):
        """A resource of ours as a program in another language registers it."""

        def __init__(self, secret: object) -> None:
            name = "secretAccessKey" if kind == "AwsKeyReady" else "dkimPrivateKey"
            super().__init__(f"tenant-email:index:{kind}", "raw", {"domain": "acme.com", name: secret})

    made = {"Vault": {"secret": "made-by-the-vault"}}
    assert judged(lambda: Raw(Vault().secret), "no-literal-secrets", outputs=made) == []
    assert len(judged(lambda: Raw(LITERAL), "no-literal-secrets")) == 1


def test_every_secret_input_is_looked_at() -> None:
    """Of every resource, in maps and lists too; an exempt one is left alone."""

    def program() -> None:
        tls = {"key": "a-private-key", "passphrase": CONFIGURED}
        settings = logto.Smtp(host="smtp.acme.com", username="u", password=LITERAL, require_tls=True, tls=tls)
        EmailProvider("mail", settings=settings, from_address="a@acme.com")
        EsvSecret("esv", esv="mail-password", value=LITERAL)
        SesDomainIdentity("own", domain="acme.com", dkim="byo", dkim_selector="s", dkim_private_key="a-pem")

    found = judged(program, "no-literal-secrets")
    paths = ("value", "settings.password", "settings.tls.key", "dkim_private_key")
    assert messages(found) == [f"{path} {FROM}" for path in paths]
    config = {"no-literal-secrets": {"exempt": ["mail", "e*"]}}
    assert [each.resource for each in judged(program, "no-literal-secrets", config=config)] == ["own"]


@pytest.mark.parametrize("written", [dict, json.dumps], ids=["an object", "JSON"])
@pytest.mark.parametrize(
    ("inputs", "paths"),
    [
        (
            {"tenants": {"eu": {"platform": "auth0", "clientId": "abc", "clientSecret": LITERAL}}},
            ["tenants.eu.clientSecret"],
        ),
        ({"tenants": {"eu": {"platform": "logto", "appSecret": CONFIGURED, "url": "https://eu.acme.com"}}}, []),
        ({"tenants": {"eu": {"platform": "auth0", "clientSecretEnv": "ACME_SECRET"}}}, []),
        (
            {"aws": {"accessKey": "AKIAQWERTYUIOPASDFGH", "secretKey": LITERAL, "region": "eu-west-1"}},
            ["aws.secretKey"],
        ),
        ({"tenants": "no json"}, []),
    ],
)
def test_a_provider_of_the_program_s_own(inputs: Any, paths: list[str], written: Any) -> None:
    """Its tenants' secrets are as good as any other, in each form that SDKs send them in."""

    def program() -> None:
        given = {name: value if isinstance(value, str) else written(value) for name, value in inputs.items()}
        pulumi.ProviderResource("tenant-email", "own", given)
        provider(CONFIGURED)

    assert messages(judged(program, "no-literal-secrets")) == [f"{path} {FROM}" for path in paths]


@pytest.mark.parametrize(
    ("ignored", "is_told"),
    [
        ("settings.password", False),
        ("settings", False),
        ('settings["password"]', False),
        ("*", False),
        ("settings.host", True),
        ("settings.pass", True),
    ],
)
@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_a_secret_that_the_program_has_no_say_in(ignored: str, *, is_told: bool, plug_in: bool) -> None:
    """With `ignore_changes` it stays as the state has it, from whatever config that was."""
    opts = pulumi.ResourceOptions(ignore_changes=[ignored])
    smtp = auth0.Smtp(host="smtp.acme.com", username="u", password="of-a-former-config")
    found = judged(lambda: EmailProvider("mail", settings=smtp, opts=opts), "no-literal-secrets", plug_in=plug_in)
    assert bool(found) == is_told


def test_what_a_platform_calls_credentials() -> None:
    """Of what Auth0 takes for any service, hosts, regions and users may be written into the program."""
    credentials = {
        "smtp_host": "smtp.acme.com", "smtp_port": "587", "smtp_user": "mail", "smtp_pass": LITERAL, "region": "eu",
        "accessKeyId": "AKIAQWERTYUIOPASDFGH", "domain": "mg.acme.com", "clientSecret": LITERAL,
    }  # fmt: skip
    said = messages(
        judged(
            lambda: EmailProvider("mail", settings=auth0.Other(name="x", credentials=credentials)), "no-literal-secrets"
        )
    )
    assert said == [f"settings.credentials.{name} {FROM}" for name in ("clientSecret", "smtp_pass")]


def test_nothing_is_said_where_the_engine_does_not_tell_its_config(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every secret would look like a literal."""
    monkeypatch.delenv("PULUMI_STACK")
    monkeypatch.delenv("PULUMI_CONFIG")
    assert judged(partial(provider, LITERAL), "no-literal-secrets") == []


KEYS = {
    "an AWS access key": "AKIAQWERTYUIOPASDFGH",
    "a SendGrid API key": "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",
    "a Mailgun API key": "key-3ax6xnjp29jd6fds4gc373sgvjxteol0".replace("x", "a").translate(
        str.maketrans("jnpgvtsol", "012345678")
    ),
    "a Resend API key": "re_9AbCdEfG_H1jKlMnOpQrStUvWxYz12345",
    "a Brevo API key": f"xkeysib-{'0f' * 32}-AbCdEfGh12345678",
    "a Mandrill API key": "md-AbCdEfGhIjKlMnOpQrSt_9",
    "an Azure connection string": "endpoint=https://acme.communication.azure.com/;accesskey=YWJjZGVmZ2hpamtsbW5vcA==",
    "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N",
    "a private key": "-----BEGIN RSA PRIVATE KEY-----",
}


@pytest.mark.parametrize("what", KEYS)
def test_what_a_credential_looks_like(what: str) -> None:
    """In the middle of a text too; a part of it, or of a longer word, is none."""
    assert shape_of(f"<p>use {KEYS[what]}, please</p>") == what
    assert shape_of(KEYS[what][: len(KEYS[what]) // 2]) is None


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "SG.",
        "re_send_the_confirmation_mail_to_me",
        "key-value",
        "monkey-" + "a" * 32,
        "BEGIN",
        "md-progress-circular-line",
    ],
)
def test_what_only_begins_like_a_credential(text: str) -> None:
    """Words, and what AWS's own documents show."""
    assert shape_of(text) is None


def test_credentials_where_nothing_is_secret() -> None:
    """In texts by locale, headers and settings that are not secret; not in those that are, nor the id of a key."""
    key = KEYS["a SendGrid API key"]

    def program() -> None:
        headers = {"x-key": [key]}
        smtp = logto.Smtp(host="h.example", username="u", password=key, require_tls=True, custom_headers=headers)
        EmailProvider("one", settings=smtp, from_address="a@acme.com")
        ses = auth0.Ses(region="eu-west-1", access_key_id=KEYS["an AWS access key"], secret_access_key=CONFIGURED)
        EmailProvider("two", tenant="other", settings=ses, from_address="a@acme.com")
        mail = pingone_aic.Template(template="welcome", subject={"en": "Hi"}, html={"en": f"<p>{key}</p>"})
        EmailTemplate("three", settings=mail)

    said = messages(judged(program, "no-credentials-in-clear"))
    where = ("settings.custom_headers.x-key.0", "settings.html.en")
    assert said == [f"{each} holds what looks like a SendGrid API key, in clear." for each in where]


@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_what_is_kept_secret_or_is_none(*, plug_in: bool) -> None:
    """A key in a secret output, and the id of an AWS key, which is the user's name at SES's SMTP servers."""
    key_id = KEYS["an AWS access key"]

    def program() -> None:
        SesDkimKey("own", selector="mail-2026")
        smtp = auth0.Smtp(host="email-smtp.eu-west-1.amazonaws.com", username=key_id, password=CONFIGURED)
        EmailProvider("mail", settings=smtp)
        EsvVariable("esv", esv="mail-user", value=key_id)

    made = {"privateKey" if plug_in else "private_key": KEYS["a private key"]}
    assert judged(program, "no-credentials-in-clear", plug_in=plug_in, outputs={"SesDkimKey": made}) == []
    stranger = partial(EsvVariable, "esv", esv="mail-user", value=KEYS["a SendGrid API key"])
    assert len(judged(stranger, "no-credentials-in-clear", plug_in=plug_in)) == 1


REPEATED = [f"lab:{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefghij")]
FILES: list[tuple[str, list[str]]] = [
    ("lab:password: 12345678", ["lab:password"]),
    ("lab:smtp-password: typed", ["lab:smtp-password"]),
    ("lab:sendgridApiKey: typed", ["lab:sendgridApiKey"]),
    ("lab:mailPassword2: typed", ["lab:mailPassword2"]),
    ("lab:esvMailPasswordValue: typed", ["lab:esvMailPasswordValue"]),
    ("lab:resetPassword: Choose a new one", []),
    ("lab:verificationToken: typed", []),
    ("lab:passwordValueRule: typed", []),
    ("lab:api-key: typed", ["lab:api-key"]),
    ("lab:hasPassword: true", []),
    ("lab:password: ''", []),
    ("lab:password: {secure: v1:abc}", []),
    ("""tenant-email:tenants: '{"main": {"clientSecret": "in-clear"}}'""", ["tenant-email:tenants.main.clientSecret"]),
    ("tenant-email:tenants: {main: {clientSecretEnv: ACME_SECRET, clientSecretFile: /run/secrets/acme}}", []),
    ("""lab:keys: '[{"token": "typed"}]'""", ["lab:keys.0.token"]),
    ("lab:note: '{not json'", []),
    ("lab:list: &self [*self, {token: typed}]", ["lab:list.1.token"]),
    ("\n  ".join(["lab:a: &a [x, x]", *REPEATED]), []),
]


@pytest.mark.parametrize(("text", "expected"), FILES, ids=range(len(FILES)))
def test_config_files_of_any_shape(text: str, expected: list[str], tmp_path: Path) -> None:
    """Numbers, JSON in a text, and parts that refer to each other or to themselves, each looked at once."""
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(f"config:\n  {text}\n")
    config = {"no-credentials-in-clear": {"configFiles": [str(file)]}}
    said = messages(judged(partial(provider, CONFIGURED), "no-credentials-in-clear", config=config))
    assert [each.removeprefix(f"the config file {file} has ").partition(" ")[0] for each in said] == expected


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 500, b"a: !!python/object:os.system {}", b"a: b: c", None])
def test_config_files_that_cannot_be_read(content: bytes | None, tmp_path: Path) -> None:
    """Whatever is in the way, it is said which file it is; a folder is no file."""
    file = tmp_path / "Pulumi.prod.yaml"
    file.mkdir() if content is None else file.write_bytes(content)
    config = {"no-credentials-in-clear": {"configFiles": [str(file)]}}
    (said,) = messages(judged(partial(provider, CONFIGURED), "no-credentials-in-clear", config=config))
    assert said.startswith(f"the config file {file} of the pack's config cannot be read from ")


def test_credentials_in_config_files(tmp_path: Path) -> None:
    """By their looks or their names; what is encrypted is not, and a file that is not there is said."""
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(
        f"""config:
  aws:region: eu-west-1
  lab:note: {KEYS["a Mandrill API key"]}
  tenant-email:tenants:
    main: {{platform: auth0, clientId: abc, clientSecret: {{secure: v1:abc}}}}
    second: {{platform: logto, appSecret: in-clear}}
"""
    )
    config = {"no-credentials-in-clear": {"configFiles": [str(file), str(tmp_path / "none.yaml")]}}
    said = messages(judged(partial(provider, CONFIGURED), "no-credentials-in-clear", config=config))
    assert said == [
        f"the config file {file} has lab:note in clear, which is what looks like a Mandrill API key.",
        f"the config file {file} has tenant-email:tenants.second.appSecret in clear, which is a secret by its name.",
        said[2],
    ]
    assert "none.yaml of the pack's config cannot be read" in said[2]


def settings_classes(base: type[Settings] = Settings) -> Iterator[type[Settings]]:
    """Yields every class of settings of the library."""
    for each in base.__subclasses__():
        if "kind" in vars(each) and each.__module__.startswith("tenant_email."):
            yield each
        yield from settings_classes(each)


def test_the_secrets_are_those_of_the_library() -> None:
    """Every setting that a kind declares secret, and no name that another kind has for something open."""
    kinds = list(settings_classes())
    assert len(kinds) > 20
    secret = {name for each in kinds for name in each.secret}
    open_ = {field.name for each in kinds for field in dataclasses.fields(each) if field.name not in each.secret}
    parts = {f"{name}.{key}" for each in kinds for name, keys in each.secret_parts.items() for key in keys}
    assert frozenset(secret) == secret_inputs.SETTINGS
    assert set(secret_inputs.SETTINGS_PARTS) == parts
    assert not secret_inputs.SETTINGS & open_


def secret_names(properties: dict[str, Any]) -> tuple[str, ...]:
    """Returns the names of secret properties, in Python's spelling."""
    return tuple(sorted(snake(name) for name, each in properties.items() if each.get("secret")))


def test_the_secrets_of_a_provider_are_those_of_the_schema() -> None:
    """Of every platform's tenants, and of the way to AWS with its roles."""
    types = {name.rpartition(":")[2]: each["properties"] for name, each in package_schema.load()["types"].items()
             if "properties" in each}  # fmt: skip
    tenants = [each for name, each in types.items() if name.endswith("Tenant")]
    assert {name for each in tenants for name in secret_of(each)} == secret_inputs.TENANTS
    ways = [types[name] for name in ("Aws", "AssumedRole", "WebIdentityRole")]
    found = {name for each in ways for name in secret_of(each)}
    assert found - {"externalId"} == secret_inputs.AWS  # which AWS does not take for a secret, and other accounts know


def secret_of(properties: dict[str, Any]) -> list[str]:
    """Returns the names of secret properties."""
    return [name for name, each in properties.items() if each.get("secret")]


def test_the_secret_inputs_are_those_of_the_schema() -> None:
    """Of every resource but the components, whose secrets are inputs of their parts; and all secret outputs."""
    resources = {token.rpartition(":")[2]: each for token, each in package_schema.load()["resources"].items()}
    declared = {kind: secret_names(each["inputProperties"]) for kind, each in resources.items()}
    parts = {kind: names for kind, names in declared.items() if not resources[kind].get("isComponent")}
    assert {kind: names for kind, names in parts.items() if names} == secret_inputs.RESOURCES
    outputs = {kind: secret_names(each["properties"]) for kind, each in resources.items()}
    further = {
        kind: tuple(name for name in names if name not in parts.get(kind, ())) for kind, names in outputs.items()
    }
    # no SDK of Java or .NET takes a secret output of a component: it is made as one
    of_components = {"SesSendingDomain": ("secret_access_key", "smtp_password")}
    assert {kind: names for kind, names in further.items() if names} | of_components == secret_inputs.OUTPUTS


PLANTED = "planted-Secret_31415926535"


def every_bad_input() -> None:
    """What every policy objects to, with a secret in every place that could be quoted."""
    trust = {"mail.smtp.ssl.trust": f"* {PLANTED}"}
    smtp = pingone_aic.Smtp(host=PLANTED, port=25, username=PLANTED, password=PLANTED, smtp_properties=trust)
    EmailProvider("mail", settings=smtp, from_address=f"{PLANTED}@{PLANTED}.example", on_delete="delete")
    body = f"{PLANTED} {KEYS['a Resend API key']}"
    EmailTemplate("t", settings=auth0.Template(template="verify_email", subject=PLANTED, body=body))
    SesDomainIdentity("own", domain=f"{PLANTED}.example", overwrite=True)


@pytest.mark.parametrize("program", [every_bad_input])
def test_no_violation_quotes_a_value(program: Callable[[], object]) -> None:
    """Not even of what is not declared secret: the user may have marked it, and a policy sees no marks."""
    found = judged(program)
    assert len({each.policy for each in found}) >= 7
    assert not [each for each in found if PLANTED in each.message or KEYS["a Resend API key"] in each.message]
