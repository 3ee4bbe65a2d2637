"""They hide secrets, and two do not share a nest."""
