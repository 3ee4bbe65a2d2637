"""The engine's own import: what a read without a record returns is checked, compared and recorded as nothing new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from support.plugin import urn_of, values
from tenant_email import package_schema as schema
from tenant_email.errors import TenantEmailError
from tenant_email.operations import operation
from tenant_email.plugin import provider

if TYPE_CHECKING:
    from support.conformance import Case

PROVIDER, TEMPLATE = schema.token("EmailProvider"), schema.token("EmailTemplate")


def imported(token: str, id_: str) -> pb.ReadResponse:
    """Returns what an engine gets that knows an id and nothing else."""
    operation.begin()
    return provider.read(pb.ReadRequest(urn=urn_of(token), id=id_))


@pytest.mark.parametrize("token", [PROVIDER, TEMPLATE])
def test_an_import_is_followed_by_nothing(case: Case, token: str) -> None:
    """Not even by an update that a program has no word for: defaults are recorded as a check fills them in."""
    made = case.stack() if token == PROVIDER else None
    if made is not None:
        made.up()
        id_ = made.id
    else:
        id_, _ = provider.lifecycle_of(TEMPLATE).do_create(case.template_inputs())
    case.writes()
    found = imported(token, id_)
    assert found.id == id_
    checked = provider.check(pb.CheckRequest(urn=urn_of(token), news=found.inputs))
    assert not checked.failures
    request = pb.DiffRequest(urn=urn_of(token), id=id_, olds=found.properties, news=checked.inputs)
    assert provider.diff(request).changes == pb.DiffResponse.DIFF_NONE
    assert "onExisting" not in values(found.inputs)
    assert case.writes() == 0


def test_what_is_not_there_has_no_id(case: Case) -> None:
    """As a refresh says that something is gone; an id of something else is an error that says how it should be."""
    platform = str(case.samples["settings"]["kind"]).partition(".")[0]
    host = case.tenant.url.removeprefix("http://")
    id_ = f"{platform}/{host}/email-provider"
    assert imported(PROVIDER, id_).id == (id_ if platform == "pingone_aic" else "")  # which has its own sender always
    with pytest.raises(TenantEmailError, match="email-provider"):
        imported(PROVIDER, "acme")
