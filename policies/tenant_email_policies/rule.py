"""What a rule is, and how it becomes a policy of Pulumi's.

A rule is a pure function from what it sees and its config to findings. A finding never quotes a value: a policy sees
every secret in clear, and what it says is printed. It names properties and resources, the program's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from tenant_email_policies import read_resources
from tenant_email_policies.seen import Seen, Stack
from tenant_email_policies.values import is_mapping, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pulumi_policy import PolicyResource

PAGE: Final = "docs/policies.md"
_PROPERTY: Final = re.compile(r"`([a-z_.]+)`")
PRODUCTION: Final = ("prod", "prod-*", "*-prod", "production", "production-*", "*-production", "live")


class Config(BaseModel):
    """What every rule can be told; in a pack's config the names are in camelCase."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    exempt: tuple[str, ...] = Field(
        default=(), description="Names of resources that this policy does not judge; * and ? are wildcards."
    )


class ProductionConfig(Config):
    """The config of a rule for production alone."""

    production_stacks: tuple[str, ...] = Field(
        default=PRODUCTION, description="Names of stacks that are production; * and ? are wildcards."
    )

    def is_production(self, stack: str) -> bool:
        """Returns whether a stack is production."""
        return matches(stack.lower(), (each.lower() for each in self.production_stacks))


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Returns whether one of the patterns fits a name."""
    return any(fnmatchcase(name, pattern.replace("[", "[[]")) for pattern in patterns)


@dataclass(frozen=True)
class Finding:
    """One violation: which property of which resource, what is wrong with it, and what to do.

    Args:
        subject: the resource; None for the stack as a whole.
        path: the property, in Python's spelling; "" for the resource as a whole.
        what: what is wrong, as the rest of a sentence that begins with the property or the resource.
        remedy: what to do, as a sentence; property names in it are in Python's spelling, between backticks.

    """

    subject: Seen | None
    path: str
    what: str
    remedy: str


C = TypeVar("C", bound=Config)


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[C]):
    """What resource and stack rules have in common."""

    name: str
    description: str
    remediation: str
    severity: Severity
    level: EnforcementLevel = EnforcementLevel.MANDATORY
    config: type[C]

    def policy(self) -> Policy:
        """Returns the rule as a policy."""
        raise NotImplementedError

    def _about(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "description": self.description,
            "enforcement_level": self.level,
            "config_schema": schema(self.config),
            "display_name": self.name.replace("-", " ").capitalize(),
            "severity": self.severity,
            "tags": ["email"],
            "remediation_steps": f"{self.remediation} See {self._page}.",
            "url": self._page,
        }

    @property
    def _page(self) -> str:
        return f"{PAGE}#{self.name}"

    def _read(self, given: Mapping[str, object], report: Callable[[str], None]) -> C | None:
        """Returns the config, or None after every problem of it is reported."""
        try:
            return self.config.model_validate(plain(given))
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_input=False):
                path = ".".join(map(str, problem["loc"]))
                known = ", ".join(schema(self.config).properties)
                own = problem["msg"].removeprefix("Value error, ")  # which pydantic puts before a sentence of ours
                what = f"is not a setting of {self.name}" if problem["type"] == "extra_forbidden" else own
                report(f"the policy pack's config of {self.name}: {path}: {what}. It takes {known}.")
            return None

    def _report(self, judge: Callable[[], Iterable[Finding]], config: C, report: ReportViolation) -> None:
        """Reports what is found, each once: one record may be that of several identities."""
        try:
            findings = list(judge())
        except Exception as error:  # noqa: BLE001 - a traceback quotes values, and says nothing of what to do
            what = f"{self.name} failed ({type(error).__name__}), so that nobody knows whether the stack violates it"
            report(f"{what}. Report it as a fault of the policy, and disable the policy until it is mended.", None)
            return
        said: set[tuple[str, str]] = set()
        for finding in findings:
            subject = finding.subject
            one = (subject.urn if subject else "", self._word(finding))
            if one not in said and (subject is None or not matches(subject.name, config.exempt)):
                said.add(one)
                report(one[1], one[0] or None)

    def _word(self, finding: Finding) -> str:
        subject, remedy = finding.subject, finding.remedy
        if subject is None:
            return f"{finding.what}.\n{remedy} See {self._page}."
        remedy = _PROPERTY.sub(lambda found: subject.spell(found[1]), remedy)
        place = subject.spell(finding.path) if finding.path else subject.name
        return f"{place} {finding.what}.\n{remedy} See {self._page}."


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule[C]):
    """A rule about the inputs of one resource of pulumi-tenant-email, or of a part of its components."""

    judge: Callable[[Seen, C], Iterable[Finding]]

    def policy(self) -> ResourceValidationPolicy:
        """Returns the rule as a policy."""
        return ResourceValidationPolicy(**self._about(), validate=partial(self._validate, _Once()))

    def _validate(self, once: _Once, args: ResourceValidationArgs, report: ReportViolation) -> None:
        seen = Seen(args.urn, args.resource_type, args.name, _props(args.props), protect=args.opts.protect)
        is_ours = seen.kind or seen.is_of_sending_domain
        if is_ours and (config := self._read(args.get_config(), partial(once, report))) is not None:
            self._report(partial(self.judge, seen, config), config, report)


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule[C]):
    """A rule about the outputs of all resources together."""

    judge: Callable[[Stack, C], Iterable[Finding]]

    def policy(self) -> StackValidationPolicy:
        """Returns the rule as a policy."""
        read_resources.keep()
        return StackValidationPolicy(**self._about(), validate=self._validate)

    def _validate(self, args: StackValidationArgs, report: ReportViolation) -> None:
        stack = Stack(
            tuple(
                Seen(
                    each.urn,
                    each.resource_type,
                    each.name,
                    _props(each.props),
                    each.parent.urn if each.parent else "",
                    read_resources.made_of(each.urn) or _listed(each),
                    each.provider.urn if each.provider else "",
                    each.opts.protect,
                    tuple(each.opts.ignore_changes),
                )
                # they come in another order in each run, and so would what is said of the second of two
                for each in sorted(args.resources, key=lambda each: each.urn)
            )
        )
        is_ours = any(each.kind for each in stack.resources)
        if is_ours and (config := self._read(args.get_config(), lambda said: report(said, None))) is not None:
            self._report(partial(self.judge, stack, config), config, report)


class _Once:
    """Says what is of all resources of a deployment, such as a fault of the config, at the first alone.

    An analyzer lives as long as a deployment, and is asked of several resources at once.
    """

    def __init__(self) -> None:
        self._said, self._lock = set[str](), Lock()

    def __call__(self, report: ReportViolation, message: str) -> None:
        """Reports a message that was not reported yet."""
        with self._lock:
            is_new = message not in self._said
            self._said.add(message)
        if is_new:
            report(message, None)


def schema(config: type[Config]) -> PolicyConfigSchema:
    """Returns the schema of a config as Pulumi takes it, by which the CLI checks types and fills in defaults."""
    properties: dict[str, dict[str, Any]] = config.model_json_schema(by_alias=True)["properties"]
    return PolicyConfigSchema(
        {name: {key: part for key, part in each.items() if key != "title"} for name, each in properties.items()}
    )


def _listed(resource: PolicyResource) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(on.urn for on in found) for name, found in resource.property_dependencies.items()}


def _props(given: object) -> Mapping[str, object]:
    found = plain(given)
    return {str(key): value for key, value in found.items()} if is_mapping(found) else {}
