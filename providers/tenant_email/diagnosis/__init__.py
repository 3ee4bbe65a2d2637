"""What `tenant-email doctor` looks at: a tenant, its sender, SES and DNS. Nothing is written."""
