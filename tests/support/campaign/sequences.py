"""A small model of one resource and its tenant: what is there, whose it is, and what is recorded of it.

It knows the rules of whom something belongs to, and nothing of any client: contents are names (`first`, `second`,
`edited`, …), and each platform says how it holds them.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from support.campaign import auth0, logto, pingone_aic

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.campaign.subject import Subject

REFUSED: Final = "refused"
"""How a step ends that must not be done."""


@dataclass(frozen=True)
class Ground:
    """A subject and what someone can do to its tenant behind the stack's back.

    edit: changes what is there. remove: takes it away, where the platform can. foreign: the subject's foreign
    configuration that takes its place. has_ids: whether the platform gives objects ids of their own, so that another
    one in the same place is known for what it is. rest: how long what someone put there stays beside what we
    write: until a refresh has seen it, or always, because no input manages it. retired: what a destroy leaves of
    something that was created.
    """

    subject: Subject
    edit: Callable[[Any], None]
    foreign: str
    remove: Callable[[Any], None] | None = None
    has_ids: bool = False
    rest: Literal["", "until seen", "always"] = ""
    retired: Callable[[str], str | None] = lambda _content: None


def _edit_auth0(tenant: Any) -> None:
    tenant.state.provider["credentials"]["smtp_host"] = "smtp.edited.example"


def _remove_auth0(tenant: Any) -> None:
    tenant.state.provider = None


def _edit_auth0_template(tenant: Any) -> None:
    tenant.state.templates["welcome_email"]["subject"] = "Edited"


def _edit_logto(tenant: Any) -> None:
    (row,) = tenant.state.connectors
    row.config["host" if "host" in row.config else "endpoint"] = "https://smtp.edited.example"


def _remove_logto(tenant: Any) -> None:
    tenant.state.connectors.clear()


def _english(tenant: Any) -> Any:
    return next(each for each in tenant.state.templates if each["languageTag"] == "en")


def _edit_logto_text(tenant: Any) -> None:
    _english(tenant)["details"]["subject"] = "Edited"


def _remove_logto_text(tenant: Any) -> None:
    tenant.state.templates.remove(_english(tenant))


def _edit_aic(tenant: Any) -> None:
    tenant.state.config["external.email"]["host"] = "smtp.edited.example"


def _remove_aic(tenant: Any) -> None:
    tenant.state.config["external.email"] = copy.deepcopy(tenant.state.config["external.emailDefault"])


def _edit_aic_template(tenant: Any) -> None:
    tenant.state.config["emailTemplate/greeting"]["subject"] = {"en": "Edited"}


def _remove_aic_template(tenant: Any) -> None:
    del tenant.state.config["emailTemplate/greeting"]


GROUNDS: Final = (
    Ground(auth0.PROVIDER, _edit_auth0, "another kind", _remove_auth0, rest="until seen"),
    Ground(auth0.TEMPLATE, _edit_auth0_template, "another text", retired=lambda content: f"{content}, disabled"),
    Ground(logto.PROVIDER, _edit_logto, "equal", _remove_logto, has_ids=True),
    Ground(logto.TEMPLATE, _edit_logto_text, "another text", _remove_logto_text),
    Ground(pingone_aic.PROVIDER, _edit_aic, "another server", _remove_aic),
    Ground(pingone_aic.TEMPLATE, _edit_aic_template, "another text", _remove_aic_template, rest="always"),
)


@dataclass
class Recorded:
    """What the state knows: the inputs as they were last written or seen, and where the object came from."""

    content: str
    adopted: bool = False
    before: str | None = None
    """What was there before the adoption, to be put back."""
    rest: str | None = None
    """Whose is what our writes kept of it, because no input manages it; the same from another hand is no change."""


@dataclass
class Model:
    """The tenant and the state, as they should be."""

    ground: Ground
    there: str | None = None
    ours: bool = False
    """Whether what is there is as our last write left it."""
    replaced: bool = False
    """Whether it is another object than the one we wrote, in the same place."""
    rest: str | None = None
    """Whose is the rest of it, which no input manages: neither our writes nor an edit change that."""
    recorded: Recorded | None = None

    def up(self, content: str, mode: str) -> str:
        """Brings the resource to a content; returns what is done."""
        if self.recorded is None:
            return self._create(content, mode)
        if self.recorded.content == content and self.recorded.content != "unknown":
            return "same"
        if self.there is None:
            self.there, self.ours, self.replaced = content, True, False
            self.recorded = replace(self.recorded, content=content, rest=None)
            return "update"
        if self.replaced and self.ground.has_ids and mode != "adopt":
            return REFUSED
        unseen = self.ground.rest == "until seen" and self.recorded.content != "unknown"
        theirs = self.ground.rest == "always" and self.rest != self.recorded.rest
        if self.replaced and (unseen or theirs):
            self.there, self.ours = f"{content}, the rest theirs", False
        else:
            self.there, self.ours, self.replaced = content, True, False
        self.recorded = replace(self.recorded, content=content)
        return "update"

    def _create(self, content: str, mode: str) -> str:
        if self.there is None:
            if mode == "import":
                return REFUSED
            self.recorded = Recorded(content)
        elif mode == "fail" or (mode == "import" and self.there != content):
            return REFUSED
        else:
            self.recorded = Recorded(content, adopted=True, before=self.there, rest=self.rest)
        self.there, self.ours, self.replaced = content, True, False
        return "create"

    def edited(self) -> None:
        """Someone changes what is there."""
        self.there, self.ours = "edited", False

    def removed(self) -> None:
        """Someone takes it away."""
        self.there, self.ours, self.rest = None, False, None

    def put(self, content: str) -> None:
        """Someone puts another one there."""
        self.there, self.ours, self.replaced, self.rest = content, False, True, content

    def destroy(self) -> None:
        """Removes what is ours; what someone changed since stays, and what was adopted is left or put back."""
        recorded, self.recorded = self.recorded, None
        if recorded is None or self.there is None or not self.ours:
            return
        if recorded.adopted:
            if self.ground.subject.restored:
                self.there = recorded.before
            return
        self.there = self.ground.retired(self.there)
        self.rest = self.rest if self.there else None
