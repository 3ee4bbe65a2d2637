"""They look before anything."""
