"""PingOne Advanced Identity Cloud; what programs use of it is in `tenant_email.pingone_aic`."""
