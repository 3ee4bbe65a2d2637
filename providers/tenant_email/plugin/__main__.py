"""`python -m tenant_email.plugin ENGINE`, as Pulumi's engine starts it."""

from tenant_email.plugin.serve import main

if __name__ == "__main__":
    main()
