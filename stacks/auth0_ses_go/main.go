// Auth0 sends its mail through Amazon SES: verified domain, least-privilege key, provider and templates.
//
// Settings (`pulumi config set KEY VALUE`):
//
//	domain       the domain to send from, in a Route 53 zone of this account
//	fromAddress  the built-in sender, at that domain
//	tenant       a name in tenant-email:tenants (default: main)
//	onExisting   adopt, to take over an email provider that was configured by hand (default: fail)
package main

import (
	"cmp"
	"embed"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"pulumi-tenant-email/sdk/go/tenantemail"
)

//go:embed templates
var templates embed.FS

var subjects = map[string]string{
	"verify_email":  "Confirm your address for {{ application.name }}",
	"reset_email":   "Reset your password for {{ application.name }}",
	"welcome_email": "Welcome to {{ application.name }}",
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		sender := pulumi.String(settings.Require("fromAddress"))

		sending, err := tenantemail.NewSesSendingDomain(ctx, "mail", &tenantemail.SesSendingDomainArgs{
			Domain:        settings.Require("domain"),
			FromAddresses: []string{string(sender)},
		})
		if err != nil {
			return err
		}

		bodies := pulumi.Map{}
		for name, subject := range subjects {
			body, err := templates.ReadFile("templates/" + name + ".html")
			if err != nil {
				return err
			}
			bodies[name] = tenantemail.Auth0TemplateArgs{
				Kind:        pulumi.String("auth0.template"),
				Template:    pulumi.String(name),
				Subject:     pulumi.String(subject),
				Body:        pulumi.String(body),
				FromAddress: sender,
			}
		}

		_, err = tenantemail.NewTenantEmail(ctx, "mail", &tenantemail.TenantEmailArgs{
			Tenant:        pulumi.StringRef(cmp.Or(settings.Get("tenant"), "main")),
			SendingDomain: sending,
			Settings: tenantemail.Auth0SesArgs{
				Kind:            pulumi.String("auth0.ses"),
				Region:          sending.Region,
				AccessKeyId:     sending.AccessKeyId,
				SecretAccessKey: sending.SecretAccessKey,
			},
			FromAddress: sender,
			Templates:   bodies,
			OnExisting:  tenantemail.OnExisting(cmp.Or(settings.Get("onExisting"), "fail")),
		})
		if err != nil {
			return err
		}

		ctx.Export("identity", sending.IdentityArn)
		ctx.Export("policy", sending.PolicyJson)
		return nil
	})
}
