"""What a mail that arrived proves: who signed it, who may send it, how it came, and what a receiver would mind."""
