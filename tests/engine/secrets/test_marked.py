"""What the user marked secret stays so in every output, message, id and file, through the whole life of a stack.

Every operation is searched for canaries (support/canary.py), failed ones included.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.lab import Lab

_PROGRAM = """
import pulumi
from tenant_email import EmailProvider, EmailTemplate, {platform}

def s(text):
    return pulumi.Output.secret(text)

mail = EmailProvider("mail", settings={provider}, from_address=s("canary-from@acme.example"))
text = EmailTemplate("text", settings={template}, provider_id=mail.id)
for name, made in (("mail", mail), ("text", text)) if EXPORT else ():
    pulumi.export(f"{{name}}-live", made.live)
    pulumi.export(f"{{name}}-settings", made.settings)
    pulumi.export(f"{{name}}-id", made.id)
    pulumi.export(f"{{name}}-wrote", getattr(made, "written_identity", getattr(made, "last_written", None)))
{more}
"""
_BODY = 's("<p>canary-body {{{{ url }}}} {{{{code}}}}</p>")'
_TEXTS = (
    '{usage: logto.MailText(subject=s("canary-" + usage), content=s("canary {{code}}"), content_type="text/plain") '
    'for usage in ("Register", "SignIn", "ForgotPassword", "Generic")}'
)
PROGRAMS: dict[str, dict[str, str]] = {
    "auth0": {
        "provider": 'auth0.Smtp(host=HOST, port=587, username=s(USER), x_ses_configuration_set=s("canary-set"), PASS)',
        "template": 'auth0.Template(template=s("welcome_email"), subject=s("canary-subject"), '
        'body=s("<p>canary-body {{ url }}</p>"), from_address=s("canary-sender@acme.example"), syntax="liquid")',
    },
    "logto": {
        "provider": "logto.Smtp(host=HOST, port=587, username=s(USER), "
        f'custom_headers={{"X-Id": s("canary-header")}}, tls={{"key": "canary-tls-key"}}, templates={_TEXTS}, PASS)',
        "template": 'logto.Template(language="en", type="SignIn", subject=s("canary-subject"), '
        'content=s("<p>canary {{code}}</p>"), content_type="text/html")',
    },
    "pingone_aic": {
        "provider": "pingone_aic.Smtp(host=HOST, port=587, username=s(USER), PASS)",
        "template": 'pingone_aic.Template(template="welcome", subject={"en": s("canary-subject")}, '
        'message={"en": s("<p>canary {{object.givenName}}</p>")}, description=s("canary-description"))',
    },
}
_MORE = {
    "pingone_aic": "from tenant_email.pingone_aic import EsvVariable\n"
    'EsvVariable("v", esv="mail-user", value=s("canary-value"), description=s("canary-description"))\n'
}


def write(lab: Lab, host: str, user: str = "canary-user", *, with_password: bool = True, export: bool = False) -> None:
    """Writes the program of the tenant's platform."""
    (platform,) = lab.machine.tenants
    given = {**PROGRAMS[platform], "more": _MORE.get(platform, ""), "platform": platform}
    # a stack output with a secret in it is one as a whole, so that its other values are hidden from messages too
    program = _PROGRAM.replace("EXPORT", str(export)).format(**given)
    program = program.replace("HOST", repr(host)).replace("USER", repr(user))
    lab.write(program.replace("PASS", "password='canary-password'" if with_password else ""))


def test_marked_secrets_stay_secret(lab: Lab) -> None:
    """Created, refreshed, refused, changed and destroyed: no canary shows, and what is not marked does."""
    write(lab, "smtp.one.example")
    engine = lab.open()
    assert engine.preview().ok
    made = engine.up()
    assert made.ok, made.text
    assert engine.up().changes.keys() == {"same"}
    assert engine.refresh().ok
    write(lab, "smtp.two.example", "canary-other-user", with_password=False)
    refused = engine.preview()
    assert not refused.ok
    assert "smtp.one.example to smtp.two.example" in refused.text, refused.text
    write(lab, "smtp.two.example", "canary-other-user")
    assert engine.preview().ok
    changed = engine.up()
    assert changed.ok, changed.text
    assert "mail" in changed.operations
    assert engine.destroy().ok


@pytest.mark.parametrize("machine", ["auth0"], indirect=True)
def test_a_mark_is_recorded_without_a_call(lab: Lab) -> None:
    """A value that becomes secret is hidden in every output by the next update, which sends nothing; and back."""
    write(lab, "smtp.one.example", export=True)
    program = (lab.folder / "__main__.py").read_text()
    (lab.folder / "__main__.py").write_text(
        program.replace("secret(text)", "from_input(text)").replace("canary", "word")
    )
    engine = lab.open()
    made = engine.up()
    assert made.ok, made.text
    assert "word-user" in json.dumps(_outputs(engine.export(), "EmailProvider")["live"])
    lab.calls()
    (lab.folder / "__main__.py").write_text(program.replace("canary", "word"))
    assert engine.up().operations["mail"] == "update"
    assert not [call for call in lab.calls() if not call.startswith(("GET", "POST /oauth", "POST /oidc", "POST /am"))]
    assert "word-" not in json.dumps(engine.export())


def _outputs(document: dict[str, Any], type_: str) -> dict[str, Any]:
    resources = document["deployment"]["resources"]
    return next(each["outputs"] for each in resources if each["type"].endswith(f":{type_}"))


@pytest.mark.parametrize("machine", ["auth0"], indirect=True)
def test_a_transformation_may_mark(lab: Lab) -> None:
    """What a stack's transformation makes secret, after the resource was built, is secret in the same way."""
    lab.write(
        "import pulumi\n"
        "from tenant_email import EmailProvider, auth0\n"
        "def mark(args):\n"
        "    settings = {**args.props['settings'], 'username': pulumi.Output.secret('canary-user')}\n"
        "    return pulumi.ResourceTransformationResult({**args.props, 'settings': settings}, args.opts)\n"
        "pulumi.runtime.register_stack_transformation(mark)\n"
        "made = EmailProvider('mail', from_address='no-reply@acme.example', settings=auth0.Smtp(\n"
        "    host='smtp.one.example', port=587, username='x', password='canary-password'))\n"
        "pulumi.export('live', made.live)\n".replace("\\n", "\n")
    )
    engine = lab.open()
    assert engine.preview().ok
    assert engine.up().ok
    assert engine.refresh().ok


@pytest.mark.parametrize("machine", ["auth0"], indirect=True)
def test_a_secret_domain(lab: Lab) -> None:
    """A domain that the user marked is in no ARN, record, id or message in clear; its records are still of use."""
    lab.machine.aws.create_zone("canary.example")
    lab.write(
        "import pulumi\n"
        "from tenant_email import SesDomainIdentity\n"
        "domain = pulumi.Output.secret('mail.canary.example')\n"
        "zone = pulumi.Output.secret('canary.example')\n"
        "made = SesDomainIdentity('d', domain=domain, zone=zone, mail_from='bounce',\n"
        "    tags={'who': pulumi.Output.secret('canary-tag')})\n"
        "pulumi.export('arn', made.identity_arn)\n"
        "pulumi.export('id', made.id)\n"
        "pulumi.export('records', made.dns_records)\n"
        "pulumi.export('table', made.records_table)\n"
        "pulumi.export('sandbox', made.sandbox)\n"
    )
    engine = lab.open()
    assert engine.preview().ok
    made = engine.up()
    assert made.ok, made.text
    assert "canary" not in made.outputs["id"]
    assert len(made.outputs["records"]) == 5
    assert engine.refresh().ok
    assert engine.up().changes.keys() == {"same"}
    assert engine.destroy().ok
