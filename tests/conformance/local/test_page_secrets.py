"""The page shows no secret: of no kind, of no platform, of no call of AWS, in no form in which a server has it."""

from __future__ import annotations

import base64
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jwt
import pytest
import requests
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pulumi.dynamic import Config, ConfigureRequest

from support.canary import forms
from support.kinds import EVERY, name_of
from support.local_page import Shown, shown_machine
from tenant_email.errors import TenantEmailError
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation
from tenant_email_local.aws.smtp_password import smtp_password
from tenant_email_local.emulators.pingone_aic import AicEmulator
from tenant_email_local.emulators.pingone_aic.local import ACCOUNT_ID, private_key
from tenant_email_local.emulators.pingone_aic.tokens import TOKEN_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "canary-page+secret/1"
MARKS = ("canary", "corpus")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Runs all platforms with a page."""
    with shown_machine(tmp_path_factory.mktemp("machine")) as machine:
        yield machine


@pytest.fixture
def tenants(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Has this process's environment name the tenants."""
    for name, value in shown.machine.environment().items():
        monkeypatch.setenv(name, value)
    EmailProviderLifecycle().configure(ConfigureRequest(Config({}, "page")))
    return shown


def assert_hidden(text: str, *secrets: str) -> None:
    """Looks for secrets in every form, and for what every planted one holds."""
    assert not [mark for mark in MARKS if mark in text]
    assert not [form for secret in secrets for form in forms(secret) if form in text]


def unseen(inputs: dict[str, Any], number: int) -> Any:
    """Returns inputs with secrets that no kind before has had: what was seen once is masked wherever it is."""
    return json.loads(re.sub(r'"(canary|corpus)', rf'"\g<1>{number}', json.dumps(inputs)))


@pytest.mark.parametrize("number", range(len(EVERY)), ids=[name_of(each) for each in EVERY])
def test_no_secret_of_a_kind_shows(number: int, tenants: Shown) -> None:
    """Neither in calls nor in what the tenant holds, after it was made and looked at; nor does a login."""
    before, inputs = tenants.last(), unseen(EVERY[number], number)
    given = {"tenant": "main", "enabled": True, "on_existing": "adopt", **inputs}
    operation.begin()
    with suppress(TenantEmailError):  # the tenant knows no "other" kind: its refusal is a call too
        EmailProviderLifecycle().create(given)
    text = tenants.everything(before)
    logins = [value for name, value in tenants.machine.environment().items() if name.endswith(("_SECRET", "_JWK"))]
    assert_hidden(text, *logins)
    assert "••••••" in text


AWS_SECRET = "local-secret-of-the-root-key-no-account"


def test_no_secret_of_aws_shows(shown: Shown) -> None:
    """Keys, sessions, console passwords, DKIM keys of one's own, signatures, passwords for SMTP."""
    before, session, url = shown.last(), shown.machine.aws.session(), shown.machine.aws.url
    iam: Any = session.client("iam", endpoint_url=url)
    sts: Any = session.client("sts", endpoint_url=url)
    ses: Any = session.client("sesv2", endpoint_url=url)
    iam.create_user(UserName="mail")
    key = iam.create_access_key(UserName="mail")["AccessKey"]["SecretAccessKey"]
    private = rsa.generate_private_key(65537, 2048)
    der = private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    signing = {"DomainSigningSelector": "own", "DomainSigningPrivateKey": base64.b64encode(der).decode()}
    ses.create_email_identity(EmailIdentity="own.example", DkimSigningAttributes=signing)
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    asked: list[tuple[Any, dict[str, Any]]] = [
        (iam.create_login_profile, {"UserName": "mail", "Password": f"{CANARY}-A1"}),
        (iam.update_login_profile, {"UserName": "mail", "Password": f"{CANARY}-A2"}),
        (iam.change_password, {"OldPassword": f"{CANARY}-A2", "NewPassword": f"{CANARY}-A3"}),
        (iam.create_virtual_mfa_device, {"VirtualMFADeviceName": "mfa"}),
        (iam.upload_server_certificate, {"ServerCertificateName": "c", "CertificateBody": "b", "PrivateKey": CANARY}),
        (sts.assume_role, {"RoleArn": arn, "RoleSessionName": "session"}),
        (sts.get_session_token, {}),
        (sts.get_federation_token, {"Name": "federated"}),
        (sts.assume_role_with_web_identity, {"RoleArn": arn, "RoleSessionName": "w1", "WebIdentityToken": CANARY}),
    ]
    secrets = [AWS_SECRET, key, signing["DomainSigningPrivateKey"], smtp_password(key, "eu-west-1")]
    for ask, given in asked:
        with suppress(ClientError, ResponseParserError):  # what the local AWS does not know is a call as well
            answered = ask(**given).get("Credentials", {})
            secrets += [answered[name] for name in ("SecretAccessKey", "SessionToken") if name in answered]
    assert len(secrets) > 6
    text = shown.everything(before)
    assert_hidden(text, *secrets)
    assert "<SecretAccessKey>••••••</SecretAccessKey>" in text


PATHS = {"auth0": "/oauth/token", "logto": "/oidc/token", "pingone_aic": "/openidm/config/external.email"}


def in_places(secret: str) -> list[tuple[str, dict[str, Any]]]:
    """Returns requests with a secret in all places and shapes, and whom they go to."""
    return [
        ("auth0", {"json": {"client_secret": secret, "client_id": "x"}}),
        ("auth0", {"data": {"client_secret": secret, "client_assertion": secret}}),
        ("auth0", {"data": json.dumps({"credentials": {"smtp_pass": secret, "unheard_of": [secret]}})}),
        ("auth0", {"data": f'{{"credentials": "{secret}'}),
        ("auth0", {"data": json.dumps({"smtp_pass": secret}).encode("utf-16")}),
        (
            "auth0",
            {"data": f"client_secret%3D{secret}", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        ),
        ("auth0", {"data": f"smtp_pass: {secret}", "headers": {"Content-Type": "application/yaml"}}),
        ("auth0", {"files": {"secret": ("a.txt", secret)}}),
        ("auth0", {"params": {"access_token": secret, "fields": "name"}}),
        ("auth0", {"headers": {"Cookie": f"session={secret}", "X-Api-Key": secret, "X-Custom": secret}}),
        ("auth0", {"headers": {"Authorization": secret}}),
        ("auth0", {"json": {"credentials": 1234567890123}}),
        ("auth0", {"json": {"credentials": {"unheard_of": secret, "nested": {"more": secret}}}}),
        ("logto", {"json": {"config": {"auth": {"unheard_of": secret}, "headers": {"X-Custom": secret}}}}),
        ("logto", {"auth": ("app", secret), "data": {"grant_type": "client_credentials"}}),
        (
            "logto",
            {"json": {"config": {"endpoint": f"https://u:{quote(secret, safe='')}@hooks.example/?token={secret}"}}},
        ),
        ("logto", {"json": {"config": {"customHeaders": {"X-Sign": secret}, "auth": {"privateKey": {"key": secret}}}}}),
        ("logto", {"json": {"config": {"tls": {"pfx": secret, "key": secret, "servername": "a.example"}}}}),
        ("logto", {"json": {"note": json.dumps({"clientSecret": secret})}}),
        ("pingone_aic", {"data": {"assertion": f"{secret}.{secret}.{secret}"}}),
        ("pingone_aic", {"json": {"auth": {"password": secret}, "smtpProperties": [f"mail.smtp.password={secret}"]}}),
    ]


@pytest.mark.parametrize("number", range(len(in_places(""))))
def test_no_secret_of_a_request_shows(number: int, shown: Shown) -> None:
    """Whatever its place and shape, also where the request is refused or cannot be read."""
    before, secret = shown.last(), f"canary{number:02d}-page+secret/1"
    name, given = in_places(secret)[number]
    requests.post(shown.machine.tenants[name].url + PATHS[name], timeout=10, **given)
    text = shown.everything(before)
    assert f'"number": {before + 1}' in text
    assert_hidden(text, secret, "1234567890123")


def token_of(tenant: AicEmulator) -> str:
    """Logs a service account in."""
    claims = {"iss": ACCOUNT_ID, "sub": ACCOUNT_ID, "aud": f"{tenant.url}{TOKEN_PATH}", "jti": "1"}
    assertion = jwt.encode({**claims, "exp": int(tenant.clock()) + 100}, jwt.PyJWK(private_key()).key, "RS256")
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    form = {"client_id": "service-account", "grant_type": grant, "assertion": assertion, "scope": "fr:idc:esv:*"}
    return str(requests.post(tenant.url + TOKEN_PATH, data=form, timeout=60).json()["access_token"])


def test_a_secret_esv_is_masked_and_a_variable_is_not(tenants: Shown) -> None:
    """Both come in a field of the same name; what the secret is, is masked wherever it turns up."""
    before, tenant = tenants.last(), tenants.machine.tenants["pingone_aic"]
    assert isinstance(tenant, AicEmulator)
    headers = {"Authorization": f"Bearer {token_of(tenant)}"}
    value = base64.b64encode(CANARY.encode()).decode()
    secret = {"valueBase64": value, "encoding": "generic", "useInPlaceholders": True, "description": f"is {CANARY}"}
    done = requests.put(f"{tenant.url}/environment/secrets/esv-mail", json=secret, headers=headers, timeout=60)
    assert done.ok
    plain = {"valueBase64": base64.b64encode(b"smtp.acme.example").decode(), "expressionType": "string"}
    done = requests.put(f"{tenant.url}/environment/variables/esv-host", json=plain, headers=headers, timeout=60)
    assert done.ok
    text = tenants.everything(before)
    assert_hidden(text, CANARY, value)
    assert plain["valueBase64"] in text
    assert '\\"value\\": \\"smtp.acme.example\\"' in text
    assert "waits for a restart" in text


def test_a_known_secret_is_masked_in_an_answer(shown: Shown) -> None:
    """A tenant that echoes what it was sent in another place: Logto does so with a failed request."""
    shown.page.state.secrets.learn(CANARY)
    told = f"request failed: {quote(CANARY, safe='')} {base64.b64encode(b'ab' + CANARY.encode()).decode()} {CANARY}"
    assert_hidden(shown.page.state.secrets.text(told), CANARY)
    assert_hidden(json.dumps(shown.page.state.secrets.document({"message": told, CANARY: [told]})), CANARY)
