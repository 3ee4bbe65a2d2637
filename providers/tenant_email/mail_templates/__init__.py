"""Templates in files, looked at without a stack: what a preview says of them, and how their mails look."""
