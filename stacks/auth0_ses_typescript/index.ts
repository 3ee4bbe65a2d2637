/**
 * Auth0 sends its mail through Amazon SES: verified domain, least-privilege key, provider and templates.
 *
 * Settings (`pulumi config set KEY VALUE`):
 *   domain       the domain to send from, in a Route 53 zone of this account
 *   fromAddress  the built-in sender, at that domain
 *   tenant       a name in tenant-email:tenants (default: main)
 *   onExisting   adopt, to take over an email provider that was configured by hand (default: fail)
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { SesSendingDomain, TenantEmail, types } from "pulumi-tenant-email";

const config = new pulumi.Config();
const domain = config.require("domain");
const fromAddress = config.require("fromAddress");

const subjects = {
  verify_email: "Confirm your address for {{ application.name }}",
  reset_email: "Reset your password for {{ application.name }}",
  welcome_email: "Welcome to {{ application.name }}",
};

/** Takes a template's body from its file. */
function template(name: string, subject: string): types.input.Auth0TemplateArgs {
  const body = readFileSync(join(__dirname, "templates", `${name}.html`), "utf-8");
  return { kind: "auth0.template", template: name, subject, body, fromAddress };
}

const sending = new SesSendingDomain("mail", { domain, fromAddresses: [fromAddress] });
const email = new TenantEmail("mail", {
  tenant: config.get("tenant"),
  sendingDomain: sending,
  settings: {
    kind: "auth0.ses",
    region: sending.region,
    accessKeyId: sending.accessKeyId,
    secretAccessKey: sending.secretAccessKey,
  },
  fromAddress,
  templates: Object.fromEntries(Object.entries(subjects).map(([name, subject]) => [name, template(name, subject)])),
  onExisting: config.get("onExisting", { allowedValues: Object.values(types.enums.OnExisting) }),
});

export const identity = sending.identityArn;
export const policy = sending.policyJson;
