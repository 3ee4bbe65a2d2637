"""What the console says of a decision, and the refusals of a template: each names its object, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.managed import Operated
from tenant_email.errors import TenantEmailError
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation

if TYPE_CHECKING:
    from support.conformance import Case

KEYS = {"auth0": "verify_email", "logto": "en/SignIn", "pingone_aic": "greeting"}
THEM = "them@acme.example"
ONLY = {name: pytest.mark.parametrize("case", [name], indirect=True) for name in KEYS}
EQUAL = "Make the inputs equal to what is live, or set on_existing='adopt', which changes what differs."


IN_A_PREVIEW = ("OrganizationInvitation", "settings.starttls continues", "the fallback language")
"""What is said of the samples themselves."""


def told(said: list[str]) -> list[str]:
    """Returns what was said of decisions since the last question."""
    lines = [line for line in said if not any(words in line for words in IN_A_PREVIEW)]
    del said[:]
    return lines


def platform(case: Case) -> str:
    """Returns the platform's name."""
    name: str = case.samples["settings"]["kind"].partition(".")[0]
    return name


def who(case: Case) -> str:
    """Returns how messages begin."""
    return f"{platform(case)} {case.tenant.url[7:]}"


def what(case: Case) -> str:
    """Returns how messages name the sample template."""
    return f"template {KEYS[platform(case)]}"


def template(case: Case, *, changed: bool = False, **more: Any) -> Operated:
    """Returns the sample template, as a stack of its own has it."""
    inputs = case.template_inputs(**(case.samples["template_change"] if changed else {}))
    return Operated(EmailTemplateLifecycle(), **{**inputs, "on_existing": "adopt", **more})


def refused(stack: Operated) -> str:
    """Returns the refusal of an up."""
    with pytest.raises(TenantEmailError) as caught:
        stack.up()
    return str(caught.value)


def retired(case: Case) -> str:
    """Returns what a destroy does with a template of this platform."""
    return "disable" if platform(case) == "auth0" else "delete"


def test_a_new_template_is_nothing_to_speak_of(case: Case, said: list[str]) -> None:
    """Nor is one that changes, is looked at, and goes."""
    made = template(case)
    made.up()
    made.up(**case.template_inputs(**case.samples["template_change"]))
    made.refresh()
    made.destroy()
    assert told(said) == []


@pytest.mark.parametrize("changed", [True, False])
def test_a_template_that_is_taken_over_is_reported(case: Case, said: list[str], *, changed: bool) -> None:
    """With what differs, and with what a destroy will do."""
    template(case).up()
    template(case, changed=changed).up()
    (line,) = told(said)
    start = f"{who(case)}: {what(case)} exists"
    if changed:
        assert line == f"{start} and differs in settings.subject; adopting it. A destroy restores it."
    else:
        made = f"If an interrupted run of this stack created it, set on_delete='{retired(case)}'."
        assert line == f"{start} and matches; adopted without changes. A destroy leaves it in place. {made}"


@pytest.mark.parametrize("changed", [True, False])
def test_a_template_that_is_refused_is_shown(case: Case, *, changed: bool) -> None:
    """Live and desired, and both ways out."""
    template(case).up()
    first, *lines, last = refused(template(case, changed=changed, on_existing="fail")).splitlines()
    assert first == f"{who(case)}: {what(case)} exists" + (" and differs in settings.subject" if changed else "")
    assert [line.partition(": ")[0] for line in lines] == (["  - settings.subject"] if changed else [])
    assert last.startswith("Set on_existing='adopt' to take it over; a destroy then restores it as it is now. ")
    assert f"also set on_delete='{retired(case)}'." in last


def test_a_template_that_cannot_be_imported_is_shown(case: Case) -> None:
    """What is not there is to be created without the option; what differs is shown; what is equal is taken as it is."""
    assert refused(template(case, on_existing="import")).splitlines() == [
        f"{who(case)}: nothing to import: there is no {what(case)}",
        "Remove import_ to create it.",
    ]
    template(case).up()
    first, line, last = refused(template(case, changed=True, on_existing="import")).splitlines()
    assert first == f"{who(case)}: cannot import: {what(case)} exists and differs in settings.subject"
    assert line.startswith("  - settings.subject: ")
    assert last == EQUAL
    case.writes()
    imported = template(case, on_existing="import")
    imported.up()
    assert (case.writes(), imported.state["adopted"]) == (0, True)
    assert imported.state["snapshot"] == imported.state["live"]


def test_a_template_that_is_gone_is_made_again_and_reported(case: Case, said: list[str]) -> None:
    """By the update that finds it so."""
    made = template(case)
    made.up()
    state: Any = case.tenant.state  # type: ignore[attr-defined]
    kept = getattr(state, "templates", None)
    kept.clear() if kept else state.config.pop("emailTemplate/greeting")
    made.up(**case.template_inputs(**case.samples["template_change"]))
    assert told(said) == [f"{who(case)}: {what(case)} is gone; creating it again"]
    assert "Hello again" in str(made.state["live"])


def test_what_is_written_over_is_reported(case: Case, said: list[str]) -> None:
    """Where someone else's text was seen before."""
    made = template(case)
    made.up()
    template(case, changed=True).up()
    del said[:]
    made.refresh()
    made.up()
    (line,) = told(said)
    assert line.startswith(f"{who(case)}: {what(case)}: overwrote changes made by someone else: ")
    assert line.rpartition(": ")[2] in ("subject", "details.subject", "subject.en")


@ONLY["auth0"]
def test_what_someone_changed_and_no_write_touches_is_not_reported(case: Case, said: list[str]) -> None:
    """A field that the program has since as they made it is not sent, and not written over."""
    made, body = template(case), {"body": "<p>{{ url }} theirs</p>"}
    made.up()
    Operated(EmailTemplateLifecycle(), **{**case.template_inputs(**body), "on_existing": "adopt"}).up()
    made.refresh()
    del said[:]
    assert made.up(**case.template_inputs(subject="Hello again", **body)) == "update"
    assert said == []


@pytest.mark.parametrize("creates_first", [True, False])
def test_what_a_replacement_forgets_is_told(case: Case, said: list[str], creates_first: bool) -> None:
    """The new resource of one that creates first cannot know how the template was before the stack adopted it."""
    template(case).up()
    old = template(case, changed=True)
    old.up()
    del said[:]
    operation.begin()
    lifecycle = EmailTemplateLifecycle()
    assert not lifecycle.check({}, dict(old.inputs)).failures
    if creates_first:
        made = lifecycle.create(dict(old.inputs))
        lifecycle.delete(old.id, dict(old.state))
    else:
        lifecycle.delete(old.id, dict(old.state))
        made = lifecycle.create(dict(old.inputs))
    forgets = [line for line in told(said) if "how it was before this stack adopted it is recorded no longer" in line]
    assert bool(forgets) is creates_first
    assert ((made.outs or {})["snapshot"] == old.state["snapshot"]) is not creates_first


def test_an_adopted_template_without_a_snapshot_stays(case: Case, said: list[str]) -> None:
    """A state of an earlier release may lack it: then nobody knows what to put back."""
    template(case).up()
    adopted = template(case)
    adopted.up()
    adopted.state = {name: value for name, value in adopted.state.items() if name != "snapshot"}
    del said[:]
    case.writes()
    adopted.destroy()
    assert (case.writes(), told(said)) == (0, [f"{adopted.id}: left as it is in the tenant"])


@pytest.mark.parametrize("explicit", [True, False])
def test_a_template_that_stays_at_a_destroy_is_reported(case: Case, said: list[str], *, explicit: bool) -> None:
    """As it was found, as the policy says, or because another resource has it now."""
    if not explicit:
        template(case).up()
    stays = template(case, on_delete="retain") if explicit else template(case)
    stays.up()
    del said[:]
    stays.destroy()
    assert told(said) == [f"{stays.id}: left as it is in the tenant"]
    operation.begin()
    assert stays.problems() == []
    stays.drop()
    assert told(said) == [f"{stays.id}: kept, because another resource of this program owns it now"]


def test_a_template_that_someone_changed_stays_and_is_reported(case: Case, said: list[str]) -> None:
    """With what they changed, and what could be done by hand."""
    made = template(case)
    made.up()
    template(case, changed=True).up()
    del said[:]
    made.destroy()
    (line,) = told(said)
    assert line.startswith(f"{made.id}: kept, because someone else changed it since the last update (")
    assert line.endswith(
        f"subject{'.en' if platform(case) == 'pingone_aic' else ''}). To {retired(case)} it, do so in the tenant."
    )  # fmt: skip


def edited(stack: Operated, **inputs: Any) -> None:
    """Changes what a stack wrote, as someone does by hand."""
    operation.begin()
    EmailProviderLifecycle().update(stack.id, dict(stack.state), {**stack.inputs, **inputs})


def label(case: Case) -> str:
    """Returns how notices of the provider begin."""
    return f"{who(case)} email-provider"


def test_a_new_provider_is_nothing_to_speak_of(case: Case, said: list[str]) -> None:
    """Nor is one that changes, is looked at, and goes."""
    made = case.stack()
    made.up()
    made.up(from_address=THEM)
    made.refresh()
    made.destroy()
    assert told(said) == []


def test_a_provider_that_is_taken_over_is_reported(case: Case, said: list[str]) -> None:
    """With what is changed of it; nothing is said where nothing is."""
    theirs = case.stack(from_address=THEM)
    theirs.up()
    case.stack(on_existing="adopt").up()
    kind = case.samples["settings"]["kind"]
    assert told(said) == [f"{label(case)}: adopting {kind} from {THEM}; changing from_address"]
    case.stack(on_existing="adopt").up()
    assert told(said) == []


def test_a_secret_that_changes_is_announced(case: Case, said: list[str]) -> None:
    """Pulumi shows no difference of a secret."""
    made = case.stack()
    made.up()
    made.problems(settings={**case.samples["settings"], "password": "canary-two"})
    assert told(said) == [f"{label(case)}: settings.password changed; the full set of credentials will be sent"]
    made.problems(settings=case.samples["other_kind"], **({"from_address": None} if platform(case) == "logto" else {}))
    made.problems(from_address=THEM)
    assert told(said) == []


@pytest.mark.parametrize("case", ["auth0", "logto"], indirect=True)
def test_a_provider_that_was_removed_is_created_again_and_reported(case: Case, said: list[str]) -> None:
    """By the update that finds it so, and it is ours."""
    made = case.stack()
    made.up()
    operation.begin()
    EmailProviderLifecycle().delete(made.id, dict(made.state))
    made.up(from_address=THEM)
    assert told(said) == [f"{label(case)}: someone else removed the provider; it was created again"]
    assert made.state["adopted"] is False


@ONLY["logto"]
def test_another_provider_in_its_place_is_reported(case: Case, said: list[str]) -> None:
    """A look does not take it over."""
    made = case.stack()
    made.up()
    operation.begin()
    EmailProviderLifecycle().delete(made.id, dict(made.state))
    other = case.stack()
    other.up()
    id_ = made.id
    assert not made.refresh()
    (line,) = told(said)
    assert line.startswith(f"{id_}: gone; ")
    assert f"id {other.state['live']['id']}" in line
    assert line.endswith(" is there instead and is not adopted")


@pytest.mark.parametrize("explicit", [True, False])
def test_a_provider_that_stays_at_a_destroy_is_reported(case: Case, said: list[str], *, explicit: bool) -> None:
    """As it was found, as the policy says, or because another resource has it now."""
    if not explicit:
        case.stack().up()
    stays = case.stack(on_existing="adopt", **({"on_delete": "retain"} if explicit else {}))
    stays.up()
    stays.destroy()
    assert told(said) == [f"{stays.id}: left as it is in the tenant"]
    operation.begin()
    assert stays.problems() == []
    stays.drop()
    assert told(said) == [f"{stays.id}: kept, because another resource of this program owns it now"]


def test_a_provider_that_someone_changed_stays_and_is_reported(case: Case, said: list[str]) -> None:
    """With what they changed."""
    made = case.stack()
    made.up()
    edited(made, from_address=THEM)
    made.destroy()
    (line,) = told(said)
    assert line.startswith(f"{made.id}: kept, because someone else changed it since the last update (")
    assert line.endswith("). To remove it, delete it in the tenant.")
    assert "from" in line.partition("(")[2]


def test_a_byte_order_mark_of_a_file_is_told(case: Case, said: list[str]) -> None:
    """In a preview, with the text and the locale that begins with it; a body may be mailed like that."""
    by_locale, mark = platform(case) == "pingone_aic", "\ufeffHello again"
    template(case).problems(**case.template_inputs(subject={"en": mark} if by_locale else mark))
    (line,) = [line for line in said if "byte order mark" in line]
    where = f"settings.subject{'.en' if by_locale else ''}"
    assert f"{where} begins with a byte order mark, which is mailed; read its file with encoding='utf-8-sig'." in line
