"""What AWS made while its answer was lost: the state knows nothing of it, and the next `up` goes on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from support.lab import Lab

PROGRAM = """
import pulumi
from tenant_email import SesSendingDomain, ses

keeps = pulumi.Config().get_bool("keeps")
SesSendingDomain("mail", domain="mail.acme.example", from_addresses=["no-reply@mail.acme.example"],
                 events=ses.Events(alarms=ses.Alarms(scopes=[])), on_delete="retain" if keeps else None)
"""
LOST = AwsError("InternalFailure", "lost", 500)


def test_what_a_lost_answer_left_is_made_anew(lab: Lab) -> None:
    """It is this stack's own by the set's tags, in no state, and nothing uses it; then nothing is left to change."""
    lab.write(PROGRAM)
    engine = lab.open()
    said: list[str] = []
    for operation in ("CreateConfigurationSet", "CreateConfigurationSetEventDestination"):
        lab.machine.aws.fail(operation, LOST, after=True)
        failed = engine.up()
        assert not failed.ok
        said.append(failed.text)
    again = engine.up()
    assert again.ok, again.text
    left = "was left by a run of this stack that was interrupted: it is made anew"
    assert [text.count(left) > 0 for text in (*said, again.text)] == [False, True, True]
    assert engine.preview().operations == {}
    assert engine.destroy().ok


PLAIN = """
from tenant_email import SesSendingDomain

SesSendingDomain("{name}", domain="Plain.acme.example."{more})
"""


def test_another_state_of_the_same_stack_takes_no_identity(lab: Lab) -> None:
    """The tags are those of a project and a stack, which two backends may have; a rename finds it in the state."""
    lab.write(PLAIN.format(name="mail", more=""))
    engine = lab.open()
    assert engine.up().ok
    (elsewhere := lab.scratch / "elsewhere").mkdir()
    other = replace(lab, scratch=elsewhere).open()
    refused = other.up()
    assert not refused.ok
    assert "plain.acme.example is an identity with the tags of this stack, and not in its state" in refused.text
    assert other.destroy().ok
    lab.write(PLAIN.format(name="post", more=""))
    assert engine.up().ok
    lab.write(PLAIN.format(name="mail", more=', on_existing="adopt"'))
    assert other.up().ok


NAMED = """
from tenant_email import SesSendingDomain, ses

SesSendingDomain("mail", domain="named.acme.example", from_addresses=["no-reply@named.acme.example"],
                 user=ses.IamUser(name="mail-user", path="/email/", policy_name="mail-policy", policy_path="/email/"))
"""


@pytest.mark.parametrize(
    ("operation", "type_", "id_"),
    [
        ("CreatePolicy", "aws:iam/policy:Policy", r"arn:aws:iam::\d{12}:policy/email/mail-policy"),
        ("CreateUser", "aws:iam/user:User", "mail-user"),
    ],
)
def test_what_has_the_programs_own_name_is_taken_into_the_state(lab: Lab, operation: str, type_: str, id_: str) -> None:
    """Nothing in a user or a policy says whose it is: what is told is the whole command, with the component."""
    lab.write(NAMED)
    engine = lab.open()
    lab.machine.aws.fail(operation, LOST, after=True)
    assert not engine.up().ok
    refused = engine.up().text
    component = r"urn:pulumi:\S+::tenant-email:index:SesSendingDomain::mail"
    command = (
        rf"pulumi import {type_} mail {id_} --parent mail-parent={component} --protect=false --generate-code=false"
    )
    assert re.search(rf"iam: the \w+ {id_} is there already.*then run again: {command}\s", refused, re.DOTALL), refused


def _deletion(text: str) -> tuple[str, str]:
    """Returns the user and the key of the command that deletes a key, which is told once."""
    found = set(re.findall(r"aws iam delete-access-key --user-name (\S+) --access-key-id (\S+)", text))
    ((user, key),) = found
    return user, key


def test_what_is_in_use_stays(lab: Lab) -> None:
    """A set or a destination that the state has, and a set that a kept identity has as its default.

    The command that takes that one into the state is told, and the one that deletes a key of which nobody knows whose
    it is: IAM deletes no user that has one.
    """
    lab.write(PROGRAM)
    engine = lab.open()
    engine.set_config("lab:keeps", "true")
    lab.machine.aws.fail("CreateAccessKey", LOST, after=True)  # which is repeated at once
    user, key = _deletion(engine.up().text)
    lab.machine.aws.session().client("iam", endpoint_url=lab.machine.aws.url).delete_access_key(
        UserName=user, AccessKeyId=key
    )
    parts = [each["urn"] for each in engine.export()["deployment"]["resources"] if "aws:sesv2/" in each["urn"]]
    for part in parts:
        assert f"is there already, and in the state as {part}" in engine.up(replace=[part]).text
    assert engine.destroy().ok
    refused = engine.up()
    assert "the identity mail.acme.example has it as its default set" in refused.text
    assert "pulumi import aws:sesv2/configurationSet:ConfigurationSet mail-events mail-acme-example" in refused.text
