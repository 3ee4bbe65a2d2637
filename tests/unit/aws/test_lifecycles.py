"""What is checked and compared of each AWS resource before anyone is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.aws.dns_records import easy_dkim_records
from tenant_email.findings import OwnsObject
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.aws_key_slot import AwsKeySlotLifecycle
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_preflight import PreflightInputs, SesDomainPreflightLifecycle
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle
from tenant_email.operations import operation

if TYPE_CHECKING:
    from tenant_email.operations.border import DynamicLifecycle

PLACE = {"domain": "acme.example", "region": "eu-west-1"}
IDENTITY = {**PLACE, "dkim": "easy"}
KEY = {"access_key_id": "AKIALOCALTEST0000001", "secret_access_key": "canary-secret-key", "region": "eu-west-1"}
SLOT = {"user_name": "mailer", "slot": "a", "region": "eu-west-1"}
RECORD = {
    "zone_id": "Z1",
    "name": "_dmarc.acme.example",
    "type": "TXT",
    "ttl": 1800,
    "value": "v=DMARC1; p=none",
    "purpose": "DMARC",
    "region": "eu-west-1",
}
RECORDS = [record.to_props() for record in easy_dkim_records("acme.example", ["t1"], "dkim.amazonses.com")]
VERIFICATION = {**PLACE, "records": RECORDS}
ACCESS = {"website": "https://acme.example", "use_case": "Logins."}
WHOLE: dict[type[DynamicLifecycle], dict[str, Any]] = {
    SesAccountLifecycle: {"region": "eu-west-1", "request_production_access": ACCESS},
    SesDomainIdentityLifecycle: IDENTITY,
    SesDomainSettingsLifecycle: PLACE,
    SesDomainPreflightLifecycle: PLACE,
    SesDomainVerificationLifecycle: VERIFICATION,
    SesDomainRecordLifecycle: RECORD,
    AwsKeyReadyLifecycle: KEY,
    AwsKeySlotLifecycle: SLOT,
}
BAD: list[tuple[type[DynamicLifecycle], dict[str, Any], list[str]]] = [
    (SesAccountLifecycle, {"region": "eu-west"}, ["region: eu-west is not an AWS region"]),
    (
        SesAccountLifecycle,
        {"request_production_access": {**ACCESS, "use_case": "x" * 5001, "contacts": ["a@b.example"] * 5}},
        [
            "request_production_access.use_case: has 5001 characters\nUse at most 5000.",
            "request_production_access.contacts: has 5 addresses\nUse at most 4.",
        ],
    ),
    (SesAccountLifecycle, {"request_production_access": {**ACCESS, "use_case": "x" * 5000}}, []),
    (SesAccountLifecycle, {"request_production_access": {**ACCESS, "contacts": ["a@b.example"] * 4}}, []),
    (SesAccountLifecycle, {"request_production_access": {**ACCESS, "use_case": UNKNOWN, "contacts": UNKNOWN}}, []),
    (SesAccountLifecycle, {"request_production_access": UNKNOWN}, []),
    (SesDomainIdentityLifecycle, {"domain": "acme", "region": None}, ["domain: 'acme' is a single", "region: is miss"]),
    (SesDomainIdentityLifecycle, {"dkim": "odd", "domain": "acme"}, ["dkim: must be ", "domain: 'acme' is a single"]),
    (SesDomainIdentityLifecycle, {"dkim": "byo"}, ["dkim_selector: is missing", "dkim_private_key: is missing"]),
    (SesDomainIdentityLifecycle, {"replica_of": "eu-wst-1"}, ["replica_of: eu-wst-1 is not an AWS region"]),
    (SesDomainIdentityLifecycle, {"switch_timeout": "soon"}, ["switch_timeout: 'soon' is not a time"]),
    (SesDomainIdentityLifecycle, {"switch_timeout": "0s"}, []),
    (SesDomainIdentityLifecycle, {"import_id": "aws-ses/eu-west-1/acme.example"}, []),
    (SesDomainIdentityLifecycle, {"import_id": "aws-ses/eu-west-2/acme.example"}, ["opts.import_: "]),
    (SesDomainIdentityLifecycle, {"import_id": "x", "domain": "acme"}, ["domain: 'acme' is a single label"]),
    (SesDomainIdentityLifecycle, {"import_id": "x", "domain": UNKNOWN}, []),
    (SesDomainIdentityLifecycle, {"import_id": "x", "region": UNKNOWN}, []),
    (SesDomainIdentityLifecycle, {"zone": "example"}, []),
    (SesDomainIdentityLifecycle, {"zone": "acme.example"}, []),
    (SesDomainIdentityLifecycle, {"zone": UNKNOWN}, []),
    (SesDomainIdentityLifecycle, {"zone": "me.example", "domain": UNKNOWN}, []),
    (SesDomainIdentityLifecycle, {"zone": "x.example", "domain": "acme"}, ["domain: 'acme' is a single label"]),
    (
        SesDomainIdentityLifecycle,
        {"zone": "me.example"},
        ["zone: me.example does not contain acme.example\nName a parent zone."],
    ),
    (SesDomainSettingsLifecycle, {"domain": "acme", "region": None}, ["domain: 'acme' is a single", "region: is miss"]),
    (
        SesDomainSettingsLifecycle,
        {"tags": {"pulumi-stack": "x", "managed-by": "y", "team": "mail"}},
        [
            "tags.pulumi-stack: is a tag that this package writes\nChoose a name other than pulumi-stack.",
            "tags.managed-by: is a tag that this package writes\nChoose a name other than managed-by.",
        ],
    ),
    (SesDomainSettingsLifecycle, {"tags": {f"t{number}": "" for number in range(47)}}, []),
    (SesDomainSettingsLifecycle, {"tags": {f"t{n}": "" for n in range(48)}}, ["tags: has 48 tags\nUse at most 47."]),
    (SesDomainSettingsLifecycle, {"tags": UNKNOWN}, []),
    (
        SesDomainSettingsLifecycle,
        {"on_mx_failure": "odd", "tags": {"managed-by": "y"}},
        ["on_mx_failure: must be ", "tags.managed-by: is a tag that"],
    ),
    (
        SesDomainSettingsLifecycle,
        {"on_mx_failure": "REJECT_MESSAGE"},
        ["on_mx_failure: needs a MAIL FROM domain\nSet mail_from, or omit it."],
    ),
    (SesDomainSettingsLifecycle, {"on_mx_failure": "REJECT_MESSAGE", "mail_from": "bounce"}, []),
    (SesDomainSettingsLifecycle, {"mail_from": "bounce.acme.example"}, []),
    (SesDomainSettingsLifecycle, {"mail_from": UNKNOWN}, []),
    (SesDomainSettingsLifecycle, {"mail_from": "a@b", "domain": UNKNOWN}, []),
    (SesDomainSettingsLifecycle, {"mail_from": "a@b", "domain": "acme"}, ["domain: 'acme' is a single label"]),
    (
        SesDomainSettingsLifecycle,
        {"mail_from": "a@b"},
        [
            (
                "mail_from: 'a@b.acme.example' is an email address; use its domain 'b.acme.example'\n"
                "Write a label such as bounce, or the whole name."
            )
        ],
    ),
    (SesDomainPreflightLifecycle, {"domain": "acme", "region": None}, ["domain: 'acme' is a", "region: is missing"]),
    (SesDomainPreflightLifecycle, {"overwrite_records": ["mx", "x"]}, ["overwrite_records.1: 'x' "]),
    (SesDomainPreflightLifecycle, {"overwrite_records": UNKNOWN}, []),
    (
        SesDomainPreflightLifecycle,
        {"dkim": "odd", "overwrite_records": ["x"]},
        ["dkim: must be ", "overwrite_records.0: 'x' "],
    ),
    (SesDomainVerificationLifecycle, {"domain": "acme", "region": None}, ["domain: 'acme' is", "region: is missing"]),
    (SesDomainVerificationLifecycle, {"wait": "soon", "region": None}, ["wait: must be ", "region: is missing"]),
    (
        SesDomainVerificationLifecycle,
        {"records": [{"name": "x"}], "timeout": "soon"},
        [
            f"records: a DNS record has exactly the fields {', '.join(RECORDS[0])}\nPass it the dns_records of",
            "timeout: 'soon' is not a time",
        ],
    ),
    (SesDomainVerificationLifecycle, {"records": [{"name": UNKNOWN}]}, []),
    (SesDomainVerificationLifecycle, {"records": UNKNOWN}, []),
    (SesDomainRecordLifecycle, {"type": "A", "region": None}, ["type: must be ", "region: is missing"]),
    (
        AwsKeyReadyLifecycle,
        {"region": None, "timeout": "soon"},
        ["region: is missing", "timeout: 'soon' is not a time"],
    ),
    (AwsKeyReadyLifecycle, {"timeout": "0s"}, ["timeout: "]),
    (AwsKeySlotLifecycle, {"region": None}, []),
    (AwsKeySlotLifecycle, {"region": "ap-east-1"}, []),
    (AwsKeySlotLifecycle, {"region": "eu-wst-1", "slot": ""}, ["slot: is empty", "region: eu-wst-1 is not an AWS"]),
]


@pytest.mark.parametrize(("lifecycle", "change", "said"), [*BAD, *((each, {}, []) for each in WHOLE)])
def test_what_is_wrong_is_told(lifecycle: type[DynamicLifecycle], change: dict[str, Any], said: list[str]) -> None:
    """All of it, each with its input; what is not known yet is not judged."""
    given = {**WHOLE[lifecycle], **change}
    found = lifecycle().do_check(None, {name: value for name, value in given.items() if value is not None})
    assert [str(problem)[: len(start)] for problem, start in zip(found.problems, said, strict=True)] == said


def test_a_preflight_knows_how_an_identity_is_to_sign() -> None:
    """In SES's words."""
    for inputs, origin in (
        ({}, "AWS_SES"),
        ({"replica_of": "eu-central-1"}, "AWS_SES_EU_CENTRAL_1"),
        ({"dkim": "byo"}, "EXTERNAL"),
    ):
        assert PreflightInputs.model_validate({**PLACE, **inputs}).origin() == origin


def claimed(lifecycle: DynamicLifecycle, inputs: dict[str, Any]) -> set[str]:
    """Returns the ids that a check claims."""
    return {claim.id for claim in lifecycle.do_check(None, inputs).claims if isinstance(claim, OwnsObject)}


def test_parts_of_an_identity_are_claimed_apart() -> None:
    """Whichever resource of the program has them."""
    identity, settings = SesDomainIdentityLifecycle(), SesDomainSettingsLifecycle()
    assert claimed(identity, IDENTITY).isdisjoint(claimed(settings, PLACE))
    assert claimed(identity, IDENTITY) == claimed(identity, {**IDENTITY, "domain": "ACME.example."})
    assert claimed(SesDomainRecordLifecycle(), RECORD) == {"route53/Z1/_dmarc.acme.example/TXT"}
    for unknown in ("zone_id", "name", "type"):
        assert claimed(SesDomainRecordLifecycle(), {**RECORD, unknown: UNKNOWN}) == set()


def warned(lifecycle: DynamicLifecycle, recorded: dict[str, Any] | None, desired: dict[str, Any]) -> tuple[str, ...]:
    """Returns what a check warns of."""
    return lifecycle.do_check(recorded, desired).warnings


def test_a_switch_to_a_key_of_one_s_own_is_warned_of() -> None:
    """Of an identity that signs with SES's keys now, and of no other change."""
    identity, own = SesDomainIdentityLifecycle(), {**IDENTITY, "dkim": "byo"}
    assert warned(identity, IDENTITY, own) == (
        (
            "ses eu-west-1 acme.example: "
            "mail goes out unsigned from the switch to your own key until SES has verified it"
        ),
    )
    for recorded, desired in ((None, own), (own, own), (own, IDENTITY), (IDENTITY, IDENTITY)):
        assert warned(identity, recorded, desired) == ()


def test_a_rotation_that_takes_a_key_from_others_is_warned_of() -> None:
    """Of a slot that is new, of a user that is there, and where the key is passed on."""
    slot, given = AwsKeySlotLifecycle(), {**SLOT, "handed_on": "it is also exported as key", "user_id": UNKNOWN}
    assert warned(slot, None, given) == (
        (
            "iam mailer: the key of the other slot is deleted at the end of this update, but it is also exported as "
            "key. Anything still using it stops sending. Set keep_other_key=True now, and remove it once every "
            "consumer has the new key: docs/rotation.md."
        ),
    )
    assert warned(slot, SLOT, given) == ()
    for change in ({"handed_on": ""}, {"handed_on": UNKNOWN}, {"user_id": "AIDA"}, {"user_id": None}):
        assert warned(slot, None, {name: value for name, value in {**given, **change}.items() if value}) == ()


SENDS = {"sandbox": False, "sending_enabled": True}
REQUIRED = {"region": "eu-west-1", "require_production_access": True}
VERIFIED = {"verification_status": "SUCCESS", "dkim_status": "SUCCESS"}
DIFFS: list[tuple[type[DynamicLifecycle], dict[str, Any], dict[str, Any], tuple[bool, list[str]]]] = [
    (SesAccountLifecycle, {"region": "r"}, {"region": "s"}, (True, ["region"])),
    (SesAccountLifecycle, {"region": "r"}, {"region": "r"}, (False, [])),
    (SesAccountLifecycle, {**REQUIRED, **SENDS}, REQUIRED, (False, [])),
    (SesAccountLifecycle, {**REQUIRED, **SENDS, "sandbox": True}, REQUIRED, (True, [])),
    (SesAccountLifecycle, {**REQUIRED, "sandbox": False}, REQUIRED, (True, [])),
    (SesAccountLifecycle, {"region": "r", "sandbox": True}, {"region": "r"}, (False, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "dkim_tokens": []}, IDENTITY, (False, [])),
    (SesDomainIdentityLifecycle, IDENTITY, {**IDENTITY, "zone": "example"}, (True, [])),
    (SesDomainIdentityLifecycle, IDENTITY, {**IDENTITY, "domain": "other.example"}, (True, ["domain"])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "verification_status": "FAILED"}, IDENTITY, (True, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "dkim_status": "FAILED"}, IDENTITY, (True, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "dkim_status": "PENDING"}, IDENTITY, (False, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "signing_enabled": False}, IDENTITY, (True, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "signing_enabled": True}, IDENTITY, (False, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "adopted": True}, IDENTITY, (True, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "adopted": False}, IDENTITY, (False, [])),
    (SesDomainIdentityLifecycle, {**IDENTITY, "adopted": True, "configuration_sets": []}, IDENTITY, (False, [])),
    (SesDomainSettingsLifecycle, {**PLACE, "previous_settings": {}}, PLACE, (False, [])),
    (SesDomainSettingsLifecycle, PLACE, {**PLACE, "mail_from": "bounce"}, (True, [])),
    (SesDomainSettingsLifecycle, {**PLACE, "mail_from_status": "FAILED"}, PLACE, (True, [])),
    (SesDomainSettingsLifecycle, PLACE, {**PLACE, "region": "eu-west-2"}, (True, ["region"])),
    (SesDomainPreflightLifecycle, PLACE, {**PLACE, "tags": {}, "overwrite": True}, (False, [])),
    (SesDomainPreflightLifecycle, PLACE, {**PLACE, "zone_id": "Z2"}, (True, [])),
    (SesDomainPreflightLifecycle, {**PLACE, "zone_id": "Z2"}, {**PLACE, "zone_id": "Z2", "tags": {}}, (False, [])),
    (SesDomainPreflightLifecycle, PLACE, {**PLACE, "domain": "other.example"}, (True, ["domain"])),
    (SesDomainVerificationLifecycle, {**VERIFICATION, **VERIFIED}, VERIFICATION, (False, [])),
    (SesDomainVerificationLifecycle, {**VERIFICATION, **VERIFIED}, {**VERIFICATION, "records": []}, (True, [])),
    (
        SesDomainVerificationLifecycle,
        {**VERIFICATION, **VERIFIED, "dkim_status": "TEMPORARY_FAILURE"},
        VERIFICATION,
        (True, []),
    ),
    (SesDomainVerificationLifecycle, VERIFICATION, VERIFICATION, (True, [])),
    (
        SesDomainVerificationLifecycle,
        {**VERIFICATION, "wait": False},
        {**VERIFICATION, "wait": False},
        (False, []),
    ),
    (
        SesDomainVerificationLifecycle,
        {**VERIFICATION, **VERIFIED, "mail_from": True, "mail_from_status": "PENDING"},
        {**VERIFICATION, "mail_from": True},
        (True, []),
    ),
    (SesDomainVerificationLifecycle, {**VERIFICATION, **VERIFIED, "mail_from_status": "PENDING"}, VERIFICATION, (
        False, [],
    )),
    (SesDomainRecordLifecycle, {**RECORD, "written_value": "x"}, RECORD, (False, [])),
    (SesDomainRecordLifecycle, RECORD, {**RECORD, "value": "v=DMARC1; p=reject"}, (True, [])),
    (SesDomainRecordLifecycle, RECORD, {**RECORD, "zone_id": "Z2"}, (True, ["zone_id"])),
    (SesDomainRecordLifecycle, RECORD, {**RECORD, "name": "x.example", "type": "MX"}, (True, ["name", "type"])),
    (SesDomainRecordLifecycle, {**RECORD, "keep": True}, {**RECORD, "keep": UNKNOWN}, (False, [])),
    (SesDomainRecordLifecycle, {**RECORD, "ours_alone": True}, {**RECORD, "ours_alone": UNKNOWN}, (False, [])),
    (SesDomainRecordLifecycle, RECORD, {**RECORD, "keep": UNKNOWN, "ours_alone": UNKNOWN}, (False, [])),
    (SesDomainRecordLifecycle, {**RECORD, "keep": True}, {**RECORD, "keep": False}, (True, [])),
    (SesDomainRecordLifecycle, {**RECORD, "overwrite": True}, {**RECORD, "overwrite": UNKNOWN}, (True, [])),
    (AwsKeyReadyLifecycle, KEY, KEY, (False, [])),
    (AwsKeyReadyLifecycle, KEY, {**KEY, "timeout": "5s"}, (True, [])),
    (AwsKeyReadyLifecycle, KEY, {**KEY, "access_key_id": "x"}, (True, ["access_key_id"])),
    (AwsKeyReadyLifecycle, KEY, {**KEY, "secret_access_key": "x"}, (True, ["secret_access_key"])),
    (AwsKeySlotLifecycle, SLOT, SLOT, (False, [])),
    (AwsKeySlotLifecycle, SLOT, {**SLOT, "handed_on": "x", "user_id": "y"}, (False, [])),
    (AwsKeySlotLifecycle, SLOT, {**SLOT, "profile": "x"}, (True, [])),
    (AwsKeySlotLifecycle, SLOT, {**SLOT, "slot": "b", "user_name": "x"}, (True, ["user_name", "slot"])),
]  # fmt: skip


@pytest.mark.parametrize(("lifecycle", "recorded", "desired", "found"), DIFFS)
def test_what_a_preview_shows(
    lifecycle: type[DynamicLifecycle], recorded: dict[str, Any], desired: dict[str, Any], found: tuple[bool, list[str]]
) -> None:
    """A change of inputs, what a refresh found broken, and what makes it another resource."""
    assert lifecycle().do_diff("id", recorded, desired) == found


@pytest.mark.parametrize(
    ("lifecycle", "recorded", "outputs"),
    [
        (AwsKeyReadyLifecycle, KEY, {}),
        (AwsKeySlotLifecycle, SLOT, {}),
        (
            SesDomainPreflightLifecycle,
            {**PLACE, "adopts_identity": True, "existing_mail_from": "m", "more": 1},
            {"adopts_identity": True, "existing_mail_from": "m"},
        ),
    ],
)
def test_what_tells_of_one_moment_is_not_looked_at_again(
    lifecycle: type[DynamicLifecycle], recorded: dict[str, Any], outputs: dict[str, Any]
) -> None:
    """A refresh gives what is recorded, and a destroy does nothing."""
    inputs = {name: value for name, value in recorded.items() if name in lifecycle.inputs}
    found = lifecycle().do_read("id", recorded)
    assert found is not None
    assert (found[0], found[1].to_props()) == (inputs, outputs)
    lifecycle().do_delete("id", recorded)


def test_what_another_resource_owns_is_kept(said: list[str]) -> None:
    """Without a call: a rename must not take it from under that one."""
    operation.begin()
    lifecycles: list[tuple[DynamicLifecycle, dict[str, Any], str]] = [
        (SesDomainIdentityLifecycle(), IDENTITY, "aws-ses/eu-west-1/acme.example"),
        (SesDomainSettingsLifecycle(), PLACE, "aws-ses/eu-west-1/acme.example/settings"),
        (SesDomainRecordLifecycle(), RECORD, "route53/Z1/_dmarc.acme.example/TXT"),
    ]
    for lifecycle, inputs, id_ in lifecycles:
        assert not lifecycle.check({}, dict(inputs)).failures
        lifecycle.delete(id_, dict(inputs))
    assert [line.partition(", because another resource of this program owns ")[0] for line in said] == [
        f"{id_}: kept" for _, _, id_ in lifecycles
    ]
    operation.begin()
    left: list[tuple[DynamicLifecycle, dict[str, Any], str]] = [
        (SesDomainIdentityLifecycle(), {**IDENTITY, "adopted": True}, "aws-ses/eu-west-1/acme.example"),
        (SesDomainIdentityLifecycle(), {**IDENTITY, "on_delete": "retain"}, "aws-ses/eu-west-2/acme.example"),
        (SesDomainRecordLifecycle(), RECORD, "route53/Z1/_dmarc.acme.example/TXT"),
        (SesDomainRecordLifecycle(), {**RECORD, "written_value": "x", "keep": True}, "route53/Z1/x/TXT"),
    ]
    del said[:]
    for lifecycle, inputs, id_ in left:
        lifecycle.delete(id_, dict(inputs))
    assert said == [
        "aws-ses/eu-west-1/acme.example: left as it is",
        "aws-ses/eu-west-2/acme.example: left as it is",
        "route53/Z1/_dmarc.acme.example/TXT: left in place, because it existed before this stack",
        "route53/Z1/x/TXT: left in place, because the identity is kept and needs it",
    ]
