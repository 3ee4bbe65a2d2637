"""What lifecycles are made of: the border to Pulumi, ownership, adoption, tenants. Nothing here is named in state."""
