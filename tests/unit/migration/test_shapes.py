"""Files that are JSON of their tool, and have something odd in one place: each is read, or ends in a message."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest

from support import other_tools
from tenant_email.errors import TenantEmailError
from tenant_email.migration.project import Place, found
from tenant_email.migration.reading import read
from tenant_email.programs.project import project_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ODD: tuple[Any, ...] = (True, [1], {"a": 1}, None, "x\0\x1b", 10**30, {"$crypto": 1}, "##A_B##", [], "\ud800")
ARN = "arn:aws:ses:eu-west-1:1:identity/acme.com"
SMTP = {"smtp_host": "a.acme.com", "smtp_port": 25, "smtp_user": "u", "smtp_pass": "p"}
PROVIDER = {
    "name": "smtp",
    "enabled": True,
    "credentials": SMTP,
    "settings": {"headers": {"X-SES-Configuration-Set": "x"}},
}
TEMPLATE = {
    "template": "verify_email",
    "subject": "x",
    "body": "./b.html",
    "from": "",
    "syntax": "liquid",
    "enabled": True,
}
SES = {
    "DkimAttributes": {"SigningAttributesOrigin": "AWS_SES", "Tokens": ["t"], "Status": "SUCCESS"},
    "MailFromAttributes": {"MailFromDomain": "b.acme.com", "BehaviorOnMxFailure": "REJECT_MESSAGE"},
    "FeedbackForwardingStatus": False,
}
POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Action": "ses:SendEmail", "Resource": ARN}]})
AUTH0 = other_tools.auth0_terraform_state(PROVIDER, [TEMPLATE], {"smtp_pass": "p"})
AWS = other_tools.terraform_state(
    *other_tools.terraform_sesv2(SES, "acme.com", ARN),
    other_tools.terraform_record("Z1", "t._domainkey.acme.com", "CNAME", "x"),
    other_tools.terraform_resource("aws_iam_user", "u", {"name": "u", "path": "/"}),
    other_tools.terraform_resource("aws_iam_policy", "p", {"name": "p", "arn": "arn:p", "policy": POLICY}),
    other_tools.terraform_resource("aws_iam_policy_attachment", "p", {"users": ["u"], "policy_arn": "arn:p"}),
)
AIC = {
    "meta": {"origin": "https://a.forgeblocks.com/am"},
    "idm": {
        "external.email": {"host": "a.acme.com", "port": 25, "auth": {"username": "u"}, "smtpProperties": ["a=b"]},
        "emailTemplate/x": {"subject": {"en": "x"}, "message": {"en": "x"}, "html": {"en": "x"}, "styles": "x"},
    },
    "variable": {"esv-a": {"_id": "esv-a", "valueBase64": "YQ==", "expressionType": "string"}},
}
CONNECTORS = [
    {"id": "a", "connectorId": "simple-mail-transfer-protocol", "type": "Email"}
    | {"config": {"host": "a.acme.com", "port": 25, "auth": {"user": "u", "pass": "p"}}}
    | {"templates": [{"usageType": "SignIn", "subject": "x", "content": "x"}]},
    {"languageTag": "de", "templateType": "SignIn", "details": {"subject": "x", "content": "x"}},
]
DOCUMENTS: dict[str, tuple[Any, Any]] = {
    "auth0": ("terraform", AUTH0),
    "aws": ("terraform", AWS),
    "pulumi": ("pulumi", other_tools.pulumi_state(AUTH0, "a.auth0.com")),
    "deploy-cli": ("deploy-cli", {"emailProvider": PROVIDER, "emailTemplates": [TEMPLATE]}),
    "frodo": ("frodo", AIC),
    "logto": ("logto", CONNECTORS),
}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yields every place in a document."""
    yield at
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*at, key))


def changed(value: Any, at: tuple[Any, ...], odd: Any) -> Any:
    """Returns a document with something odd at a place."""
    if not at:
        return odd
    made = copy.copy(value)
    made[at[0]] = changed(value[at[0]], at[1:], odd)
    return made


@pytest.mark.parametrize(("name", "key"), [("pulumi", "domain"), ("frodo", "origin")])
def test_a_broken_url_names_no_tenant(tmp_path: Path, name: str, key: str) -> None:
    """It is as if the file did not say where the tenant is."""
    tool, document = DOCUMENTS[name]
    (at,) = (at for at in places(document) if at[-1:] == (key,))
    file = tmp_path / "x.json"
    file.write_text(json.dumps(changed(document, at, "https://[x")))
    tenant = read(file, tool, {}).tenant
    assert tenant
    assert tenant.host == ""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_one_odd_place_is_told_or_passed_over(tmp_path: Path, name: str) -> None:
    """Wherever it is: what is written is Python, and nothing but a message comes out."""
    tool, document = DOCUMENTS[name]
    (tmp_path / "b.html").write_text("<p>{{ url }}</p>")
    file = tmp_path / ("x.yaml" if tool == "deploy-cli" else "x.json")
    for at, odd in zip(places(document), cycle(ODD), strict=False):
        file.write_text(json.dumps(changed(document, at, odd)))
        with suppress(TenantEmailError):
            made = found(read(file, tool, {}), Place("main", "https://a.acme.com", "a.acme.com"))
            compile(project_files(made, "x").files["__main__.py"], "__main__.py", "exec")
