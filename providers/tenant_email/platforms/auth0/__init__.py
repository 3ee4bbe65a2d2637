"""Auth0; what programs use of it is in `tenant_email.auth0`."""
