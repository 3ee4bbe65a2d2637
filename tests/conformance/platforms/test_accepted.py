"""What a check takes, a tenant takes too: settings made of the models of every kind, created, read and removed."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tenant_email import platforms
from tenant_email.inputs.model import parse, reveal
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from support.conformance import Case
    from tenant_email.inputs.model import Model

URL: Final = st.sampled_from(("https://b.example/x", "https://b.example:8443/"))
BY_NAME: Final[dict[str, st.SearchStrategy[Any]]] = {
    **dict.fromkeys(("host", "servername", "local_address", "ehlo_name"), st.sampled_from(("b.example", "10.0.0.1"))),
    **dict.fromkeys(("access_url", "app_logo", "mail_endpoint", "token_endpoint"), URL),
    **dict.fromkeys(("reply_to", "feedback_forwarding_address"), st.sampled_from(("a@b.example", "A B <a@b.example>"))),
    "domain": st.just("mg.b.example"),
    "port": st.sampled_from((25, 465, 587, 2525)),
    "region": st.sampled_from(("eu-west-1", "eu", "us-east-1")),
}
# what needs more of a tenant than settings: an Action, an endpoint that answers, a cloud
ELSEWHERE: Final = ("auth0.custom", "logto.http", "logto.logto_email", "pingone_aic.built_in")
KINDS: Final = {name: sorted(platforms.load(name).models.keys() - {*ELSEWHERE}) for name in platforms.names()}


def values(name: str, annotation: Any) -> st.SearchStrategy[Any]:
    """Returns values that the field's type allows; nothing for those that are made by hand elsewhere."""
    if name in BY_NAME:
        return BY_NAME[name]
    if get_origin(annotation) is Annotated:
        return values(name, get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return st.one_of([values(name, part) for part in get_args(annotation) if part is not type(None)])
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    simple: dict[Any, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(1, 10_000),
        str: st.sampled_from(("newer", "Acme", "é x", "AKIA7")),
        Secret: st.sampled_from(("canary-one", "canary é\"'&", "canary\\two")),
    }
    return simple.get(annotation, st.nothing())


def of_kind(kind: str, model: type[Model]) -> st.SearchStrategy[dict[str, Any]]:
    """Returns settings of a kind, with all of its secrets, and any of its options."""
    fields = {name: values(name, field.annotation) for name, field in model.model_fields.items() if name != "kind"}
    usable = {name: strategy for name, strategy in fields.items() if not strategy.is_empty}
    needed = {
        name for name, field in model.model_fields.items() if field.is_required() or "Secret" in str(field.annotation)
    }
    fixed = {name: strategy for name, strategy in usable.items() if name in needed}
    optional = {name: strategy for name, strategy in usable.items() if name not in needed}
    if kind == "auth0.other":
        fixed["credentials"] = st.just({"api_key": "canary-one"})
    return st.fixed_dictionaries({"kind": st.just(kind), **fixed}, optional=optional)


@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_is_accepted_is_created(case: Case, data: st.DataObject) -> None:
    """And reads back as what was given, so that the next run finds nothing to do."""
    platform = platforms.load(str(case.samples["settings"]["kind"]).partition(".")[0])
    kind = data.draw(st.sampled_from(KINDS[platform.name]), "kind")
    drawn, problems = parse(platform.models[kind], data.draw(of_kind(kind, platform.models[kind]), "settings"))
    assume(not problems)
    inputs = case.around(reveal(drawn.to_props()))  # defaults are inputs, as the settings classes give them
    if kind.endswith("postmark"):
        inputs.pop("from_address")
    assume(not case.provider.check({}, inputs).failures)
    made = case.provider.create(inputs)
    read = case.provider.read(made.id, made.outs or {})
    case.provider.delete(made.id, read.outs or {})  # the next example finds a fresh tenant, also when this one fails
    assert read.id == made.id
    assert not case.provider.diff(made.id, read.outs or {}, inputs).changes


@pytest.mark.parametrize("name", platforms.names())
def test_the_strategies_reach_every_kind(name: str) -> None:
    """Of each kind something is made."""
    for kind in KINDS[name]:
        assert not of_kind(kind, platforms.load(name).models[kind]).is_empty
