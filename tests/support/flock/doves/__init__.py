"""They show everything, and have rings with numbers."""
