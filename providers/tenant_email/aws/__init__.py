"""What the package knows about AWS: SES identities, their DNS records, sending policies and SMTP credentials."""
