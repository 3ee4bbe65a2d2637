"""A policy pack of all policies: `pulumi preview --policy-pack FOLDER`."""

from __future__ import annotations

from pulumi_policy import PolicyPack

from tenant_email_policies import policies

PolicyPack("tenant-email-policies", policies=policies())
