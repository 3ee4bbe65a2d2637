"""A program and a host load what they use: an `up` starts at once, and who has no AWS needs none.

loaded_modules.toml holds what each may load beside the standard library and what Pulumi's SDK loads itself. A module
that is not there costs every user its time in every run: it belongs in that list only if each run needs it.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import tenant_email

PRINT: Final = "import sys; print('@@', *sorted(sys.modules))"
LISTS: Final[dict[str, dict[str, list[str]]]] = tomllib.loads(
    Path(__file__).with_name("loaded_modules.toml").read_text(encoding="utf-8")
)
PROGRAMS: Final = {
    "auth0": "from tenant_email import EmailProvider, EmailTemplate, auth0",
    "logto": "from tenant_email import EmailProvider, EmailTemplate, logto",
    "pingone_aic": "from tenant_email.pingone_aic import EsvRestart, EsvSecret, EsvVariable, Smtp",
    "ses": "from tenant_email import AwsKeyReady, SesAccount, SesDkimKey, SesDomainIdentity, SesDomainVerification",
    "sending_domain": "from tenant_email import SesSendingDomain",
}
LOGINS: Final = {"auth0": ("clientId", "clientSecret"), "logto": ("appId", "appSecret")}
INPUTS: Final = {
    "auth0": (
        {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "u", "password": "canary-imports"},
        {"kind": "auth0.template", "template": "verify_email", "subject": "Hi", "body": "<p>{{ url }}</p>"},
    ),
    "logto": (
        {"kind": "logto.smtp", "host": "smtp.one.example", "username": "u", "password": "canary-imports"},
        {"kind": "logto.template", "language": "en", "type": "SignIn", "subject": "Hi", "content": "<p>{{code}}</p>"},
    ),
    "pingone_aic": (
        {"kind": "pingone_aic.smtp", "host": "smtp.one.example", "username": "u", "password": "canary-imports"},
        {"kind": "pingone_aic.template", "template": "welcome", "subject": {"en": "Hi"}, "message": {"en": "<p>x</p>"}},
    ),
}
HOST: Final = """
import json, pickle, pulumi.dynamic
from base64 import b64decode
def host(pickled, platform, tenant, inputs):
    lifecycle = pickle.loads(b64decode(pickled))
    config = {{"tenant-email:tenants": json.dumps({{"main": tenant}})}}
    lifecycle.configure(pulumi.dynamic.ConfigureRequest(pulumi.dynamic.Config(config, "test")))
    problems = lifecycle.check(dict(inputs), dict(inputs)).failures
    assert not problems, [problem.reason for problem in problems]
    part = "email-template/x" if inputs["settings"]["kind"].endswith("template") else "email-provider"
    lifecycle.diff(f"{{platform}}/tenant.example/{{part}}", dict(inputs), dict(inputs))
for each in {resources!r}:
    host(*each)
"""


@cache
def loaded(code: str) -> frozenset[str]:
    """Returns the modules that a new interpreter has after some code, the standard library left out."""
    ran = subprocess.run([sys.executable, "-c", f"{code}\n{PRINT}"], capture_output=True, text=True, check=True)
    found = ran.stdout.partition("@@")[2].split()
    return frozenset(name for name in found if name.partition(".")[0] not in sys.stdlib_module_names)


def beyond(code: str, who: str, *lists: str) -> list[str]:
    """Returns what some code loads beyond the SDK and what these lists allow."""
    allowed = [pattern for name in lists for pattern in LISTS[who][name]]
    found = loaded(code) - loaded("import pulumi, pulumi.dynamic") - {"tenant_email"}
    short = {name.removeprefix("tenant_email.") for name in found if not name.startswith("_sysconfigdata")}
    return sorted(name for name in short if not any(fnmatchcase(name, pattern) for pattern in allowed))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_loads_what_it_uses(name: str) -> None:
    """No other platform, no model, nothing of AWS without SES, and nobody else's library at all."""
    assert beyond(PROGRAMS[name], "program", "every", name) == []


@pytest.mark.parametrize("name", INPUTS)
def test_a_host_loads_what_it_checks(name: str) -> None:
    """To check and compare a provider and a template it needs pydantic, and the one platform without its calls."""
    from tenant_email.resources.lifecycles import EMAIL_PROVIDER, EMAIL_TEMPLATE  # noqa: PLC0415 - see the module

    login = dict.fromkeys(LOGINS.get(name, ("serviceAccountId", "serviceAccountKey")), "x")
    tenant = {"platform": name, "url": "https://tenant.example", **login}
    provider, template = INPUTS[name]
    inputs = ({"settings": provider, "from_address": "no-reply@acme.com"}, {"settings": template})
    pickled = (EMAIL_PROVIDER.pickled, EMAIL_TEMPLATE.pickled)
    resources = [(which, name, tenant, each) for which, each in zip(pickled, inputs, strict=True)]
    assert beyond(HOST.format(resources=resources[:1]), "host", "every", name) == []
    assert beyond(HOST.format(resources=resources), "host", "every", name) == []


@pytest.mark.parametrize("name", ["esv_restart", "esv_secret", "esv_variable"])
def test_a_host_of_esvs_loads_no_calls(name: str) -> None:
    """Nor the checks of providers."""
    assert beyond(f"import tenant_email.lifecycle.{name}", "host", "every", "esvs") == []


@pytest.mark.parametrize("name", ["aws_key_ready", "ses_account", "ses_domain_identity", "ses_domain_verification"])
def test_a_host_of_ses_loads_no_calls(name: str) -> None:
    """No boto3, no DNS and no platform until something is asked of AWS."""
    assert beyond(f"import tenant_email.lifecycle.{name}", "host", "every", "ses") == []


def test_the_package_alone_loads_nothing() -> None:
    """Not even Pulumi."""
    assert loaded("import tenant_email") - loaded("pass") == {"tenant_email"}


def test_every_public_name_is_there() -> None:
    """What the package lists it has; what it has not is an AttributeError."""
    assert all(hasattr(tenant_email, name) for name in tenant_email.__all__)
    assert set(tenant_email.__all__) <= set(dir(tenant_email))
    assert not hasattr(tenant_email, "EmailProvidr")
