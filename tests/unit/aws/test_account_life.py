"""What a SesAccount asks of its region, what it asks for, and what it says of an account that may not send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.aws_memory import REGION
from support.imported import import_
from support.managed import Managed
from tenant_email.aws.ses import Account
from tenant_email.errors import InvalidSettings, Rejected
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.operations import steps

if TYPE_CHECKING:
    from support.aws_memory import Memory


def account(**inputs: Any) -> Managed:
    """Returns the account of the region, not looked at yet."""
    return Managed(SesAccountLifecycle(), region=REGION, **inputs)


def test_it_is_looked_at_in_its_region(aws: Memory, said: list[str]) -> None:
    """At each step one question; what it owns is nothing."""
    one = account()
    one.up()
    assert one.id == f"aws-ses/{REGION}/account"
    aws.account = Account(True, True, "PROBATION", "GRANTED")
    one.refresh()
    assert (one.state["enforcement"], one.state["review"]) == ("PROBATION", "GRANTED")
    assert said == [
        (
            f"ses {REGION}: the account is out of the sandbox, the request for production access is GRANTED; sending "
            "is enabled, enforcement PROBATION"
        )
    ]
    aws.account = Account(True, True, "HEALTHY", None)
    assert one.up(require_production_access=True) == "update"
    assert (one.state["enforcement"], one.state["sandbox"]) == ("HEALTHY", False)
    one.destroy()
    assert aws.asked() == [("get_account",)] * 3


def test_what_is_required_and_missing_is_an_error(aws: Memory) -> None:
    """Of a sandbox, and of an account whose sending is paused."""
    for found, remedy in (
        (Account(False, True, "HEALTHY", None), "Request production access: "),
        (Account(True, False, "SHUTDOWN", None), "Read the email that AWS sent "),
        (
            Account(True, False, "HEALTHY", None),
            "Somebody turned sending off. Turn it on again: aws sesv2 put-",
        ),
    ):
        aws.account = found
        with pytest.raises(Rejected) as caught:
            account(require_production_access=True).up()
        assert caught.value.remedy.startswith(remedy)
        assert caught.value.message.startswith(f"ses {REGION}: the account is ")


def test_an_import_is_a_look(aws: Memory) -> None:
    """In the region of its id, which is told where it is none."""
    aws.account = Account(False, True, "PROBATION", "PENDING")
    imported = import_(SesAccountLifecycle(), f"aws-ses/{REGION}/account")
    assert imported.inputs == {"region": REGION}
    assert (imported.state["sandbox"], imported.state["review"]) == (True, "PENDING")
    assert (imported.unsettled(), aws.asked()) == ([], [("get_account",)] * 2)
    for id_, why in (("aws-ses/eu-wst-1/account", "region: eu-wst-1 is not an AWS region"), ("x", "id: is not the id")):
        with pytest.raises(InvalidSettings) as caught:
            steps.import_(SesAccountLifecycle(), id_)
        assert str(caught.value).startswith(f"import of {id_}: {why}")
