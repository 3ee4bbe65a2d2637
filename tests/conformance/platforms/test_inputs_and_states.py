"""What inputs and states mean, in whatever spelling and of whichever release: judged, compared, and read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.output import Unknown

from support.checking import TENANTS, reasons
from tenant_email.errors import InvalidSettings, WrongTenant
from tenant_email.findings import FollowsProvider
from tenant_email.inputs import unknowns
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation
from tenant_email.redaction.secrets import Secret
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.conformance import Case
    from tenant_email.operations.border import DynamicLifecycle

UNKNOWN: Any = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
SMTP: dict[str, Any] = {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}
MAILGUN: dict[str, Any] = {"kind": "auth0.mailgun", "domain": "mg.acme.example", "api_key": "canary-api-key"}
WHOLE = {"tenant": "main", "on_existing": "fail", "enabled": True, "on_drift": "overwrite", "preflight": "off"}
TEMPLATE: dict[str, Any] = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "x"}
ID = "auth0/acme.eu.auth0.com/email-provider"
ONLY = {name: pytest.mark.parametrize("case", [name], indirect=True) for name in ("auth0", "logto")}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, ["settings: is missing"]),
        ({"settings": UNKNOWN}, []),
        ({"settings": {"kind": UNKNOWN}}, []),
        ({"settings": {"host": "a"}}, ["settings.kind: is missing\nUse one of: auth0.mandrill, "]),
        (
            {"settings": {"kind": "auth0.smpt"}, "on_existing": "x"},
            ["on_existing: ", "settings.kind: 'auth0.smpt' is not a kind of this resource\nDid you mean auth0.smtp?"],
        ),
        (
            {"settings": {**SMTP, "prot": 1}, "on_existing": "x", "tenant": "mian"},
            [
                "on_existing: ",
                ("settings.prot: is not a known setting\nDid you mean port?"),
                "tenant: no tenant named 'mian'",
            ],
        ),
        ({"settings": SMTP, "tenant": UNKNOWN}, []),
        ({"settings": SMTP, "tenant": "mian", "import_id": "x"}, ["tenant: no tenant named 'mian'"]),
    ],
)
def test_everything_that_is_wrong_is_reported_at_once(inputs: dict[str, Any], expected: list[str]) -> None:
    """As far as the kind is known; what is not known yet is not wrong."""
    found = reasons(EmailProviderLifecycle, inputs)
    assert [reason[: len(start)] for reason, start in zip(found, expected, strict=True)] == expected


def test_a_tenant_that_is_not_known_is_named_as_given() -> None:
    """It has no host; what is not known yet has no name either."""
    lifecycle = EmailProviderLifecycle()
    for tenant, who in (("mian", "auth0 (tenant mian)"), (unknowns.UNKNOWN, "auth0 (tenant )")):
        validated, _ = lifecycle.validate({"settings": SMTP, "tenant": tenant})
        assert validated is not None
        assert validated.who == who


def test_what_is_recorded_is_not_judged() -> None:
    """A value that no model of today takes stays; two spellings of one thing become one."""
    lifecycle = EmailProviderLifecycle()
    for settings, normalized in (
        ({**SMTP, "port": 0}, {**SMTP, "port": 0, "password": Secret("canary-pw")}),
        ({**MAILGUN, "region": "us"}, {**MAILGUN, "api_key": Secret("canary-api-key")}),
        ("odd", {}),
    ):
        recorded = lifecycle.read_inputs({"settings": settings})
        assert lifecycle.normalize_recorded(recorded).settings == normalized


@pytest.mark.usefixtures("tenants")
def test_a_template_follows_its_tenant_s_provider() -> None:
    """What it says under a kind of provider is said of this template."""
    settings = {"kind": "logto.template", "language": "en", "type": "SignIn", "subject": "Hi", "content": "{{code}}"}
    checked = EmailTemplateLifecycle().do_check(
        None, {"tenant": "logto", "settings": {**settings, "reply_to": "a@b.c"}}
    )
    (follows,) = (claim for claim in checked.claims if isinstance(claim, FollowsProvider))
    assert (follows.platform, follows.host, follows.warn("logto.smtp")) == ("logto", "acme.logto.app", ())
    (line,) = follows.warn("logto.aws_ses")
    assert line.startswith("logto acme.logto.app email-template/en/SignIn: settings.reply_to has no effect")


def test_a_kind_of_another_resource_is_none() -> None:
    """A template has one kind a platform."""
    (reason,) = reasons(EmailTemplateLifecycle, {"settings": SMTP})
    assert reason == "settings.kind: 'auth0.smtp' is not a kind of this resource\nDid you mean auth0.template?"


@pytest.mark.parametrize(
    ("lifecycle", "settings", "path", "places"),
    [
        (
            EmailProviderLifecycle,
            SMTP,
            "settings.username",
            {
                ("live", "credentials", "smtp_user"),
                ("written_identity", "attributes", "credentials", "smtp_user"),
                ("written_identity", "username"),
            },
        ),
        (
            EmailProviderLifecycle,
            SMTP,
            "from_address",
            {("live", "default_from_address"), ("written_identity", "attributes", "default_from_address")},
        ),
        (EmailProviderLifecycle, SMTP, "tenant", set[tuple[str, ...]]()),
        (EmailTemplateLifecycle, TEMPLATE, "settings.subject", {("live", "subject")}),
        (EmailTemplateLifecycle, TEMPLATE, "sending_domain", set[tuple[str, ...]]()),
    ],
)
def test_an_output_is_secret_where_its_input_is(
    lifecycle: type[DynamicLifecycle], settings: dict[str, Any], path: str, places: set[tuple[str, ...]]
) -> None:
    """In the words of the platform."""
    assert set(lifecycle().output_paths(path, {"settings": settings})) == places


@pytest.fixture
def tenants() -> None:
    """Names tenants that are never called."""
    operation.begin()
    operation.current().configure({"tenant-email:tenants": json.dumps(TENANTS)}.get)


@pytest.mark.usefixtures("tenants")
@pytest.mark.parametrize(
    ("recorded", "desired", "changes", "replaces"),
    [
        ({"settings": MAILGUN}, {"settings": MAILGUN}, False, []),
        ({"settings": {**MAILGUN, "region": "us"}}, {"settings": MAILGUN}, True, []),
        ({**WHOLE, "settings": {**MAILGUN, "region": "us"}}, {**WHOLE, "settings": MAILGUN}, True, []),
        ({"settings": MAILGUN, "live": {"a": 1}}, {"settings": MAILGUN}, False, []),
        ({}, {"settings": MAILGUN}, True, []),
        ({"settings": "odd"}, {"settings": MAILGUN}, True, []),
        ({"settings": {"kind": "auth0.pigeon", "loft": 7}}, {"settings": MAILGUN}, True, []),
        ({"settings": MAILGUN}, {"settings": UNKNOWN}, True, []),
        ({"settings": UNKNOWN}, {"settings": UNKNOWN}, False, []),
        ({"settings": MAILGUN}, {"settings": MAILGUN, "tenant": "logto"}, True, []),
        ({"settings": MAILGUN}, {"settings": MAILGUN, "tenant": UNKNOWN}, True, []),
        ({"settings": MAILGUN}, {"settings": MAILGUN, "tenant": "second"}, True, []),
        ({"settings": MAILGUN}, {"tenant": "logto", "settings": {"kind": "logto.http"}}, True, ["tenant"]),
    ],
)
def test_a_change_is_one_of_meaning_or_of_what_is_recorded(
    recorded: dict[str, Any], desired: dict[str, Any], changes: bool, replaces: list[str]
) -> None:
    """A state of another release is compared too; only another tenant is a replacement."""
    found = EmailProviderLifecycle().diff(ID, recorded, desired)
    assert (found.changes, found.replaces) == (changes, replaces)


@pytest.mark.parametrize("what", ["provider", "template"])
def test_what_another_resource_gave_up_is_found(case: Case, what: str) -> None:
    """By platform, host and part of the tenant."""
    operation.begin()
    lifecycle: EmailProviderLifecycle | EmailTemplateLifecycle = getattr(case, what)
    validated: Any = lifecycle.require_valid(case.inputs() if what == "provider" else case.template_inputs())
    assert lifecycle.find_released(validated) is None
    id_ = f"{validated.platform.name}/{validated.host}/{validated.part}"
    operation.current().ownership.release(id_, {"settings": {}})
    assert lifecycle.find_released(validated) == {"settings": {}}


def test_what_cannot_be_valid_is_not_created(case: Case) -> None:
    """Every problem is told, and nothing is asked."""
    with pytest.raises(InvalidSettings) as caught:
        case.provider.create({**case.inputs(prot=1), "on_existing": "x"})
    assert [problem.path for problem in caught.value.problems] == ["on_existing", "settings.prot"]
    assert str(caught.value).startswith("inputs: on_existing: ")
    with pytest.raises(InvalidSettings, match=r"settings: is missing"):
        case.provider.create({"tenant": "main"})
    assert case.tenant.calls == []


@ONLY["auth0"]
def test_a_spelling_stays_as_it_was_given(case: Case) -> None:
    """A look gives no other word for the same thing; where the meaning is another, it gives what is live."""
    made = case.provider.create(case.around({**MAILGUN, "region": "us"}))
    id_, state = str(made.id), made.outs or {}
    assert (case.provider.read(id_, state).inputs or {})["settings"] == {**MAILGUN, "region": "us"}
    case.tenant.reset_calls()
    same = case.provider.update(id_, state, case.around(MAILGUN)).outs or {}
    assert (case.tenant.calls, same["settings"], same["live"]) == ([], MAILGUN, state["live"])
    case.provider.update(id_, state, case.around({**MAILGUN, "region": "eu"}))
    assert (case.provider.read(id_, state).inputs or {})["settings"]["region"] == "eu"
    case.provider.update(id_, state, case.around({"kind": "auth0.sendgrid", "api_key": "canary-other"}))
    assert (case.provider.read(id_, state).inputs or {})["settings"] == {"kind": "auth0.sendgrid"}


@pytest.mark.parametrize("what", ["provider", "template"])
def test_a_setting_that_is_no_more_is_left_out_without_a_call(case: Case, what: str) -> None:
    """A state of another release may hold one, which no write could take out; what it holds beside that is compared."""
    lifecycle: DynamicLifecycle = getattr(case, what)
    inputs = case.inputs() if what == "provider" else case.template_inputs()
    made = lifecycle.create(inputs)
    state = dict(made.outs or {})
    state["settings"] = {**state["settings"], "gone_setting": 1}
    case.tenant.reset_calls()
    operation.begin()
    assert lifecycle.diff(str(made.id), state, inputs).changes
    assert lifecycle.update(str(made.id), state, inputs).outs == made.outs
    assert case.tenant.calls == []
    change = case.inputs(port=2525) if what == "provider" else case.template_inputs(**case.samples["template_change"])
    lifecycle.update(str(made.id), state, change)
    assert case.writes() == 1


@ONLY["logto"]
def test_what_a_change_costs_is_reported(case: Case, said: list[str]) -> None:
    """Another factory is another connector, whose id others may have."""
    made = case.provider.create(case.inputs())
    other = {**case.around(case.samples["other_kind"]), "from_address": None}
    del said[:]
    assert case.provider.diff(str(made.id), dict(made.outs or {}), other).changes
    (line,) = said
    assert line.startswith(f"logto {case.tenant.url[7:]} email-provider: connector {(made.outs or {})['live']['id']} ")
    case.provider.diff(str(made.id), dict(made.outs or {}), case.inputs(port=2525))
    assert len(said) == 1


def test_a_platform_that_is_not_known_is_reported(case: Case) -> None:
    """A state of a later release may name it."""
    for lifecycle, part in ((case.provider, "email-provider"), (case.template, "email-template/x")):
        with pytest.raises(WrongTenant) as caught:
            lifecycle.read(f"pigeons/loft.example/{part}", case.inputs())
        assert str(caught.value) == (
            f"pigeons/loft.example/{part}: platform pigeons is not supported by the installed version\n"
            "Upgrade pulumi-tenant-email, or install the package that provides it."
        )


def test_a_wait_in_a_look_is_reported(case: Case, said: list[str]) -> None:
    """Whoever looks hears why it takes its time."""
    made = case.provider.create(case.inputs())
    operation.begin()
    operation.begin(Timing(sleep=lambda _: None))
    del said[:]
    try:
        case.tenant.inject(Fault("GET", status=429))
        EmailProviderLifecycle().read(str(made.id), dict(made.outs or {}))
    finally:
        operation.begin(Timing())
    assert [line.partition(": ")[0] for line in said] == [str(made.id).rpartition("/")[0].replace("/", " ")]
