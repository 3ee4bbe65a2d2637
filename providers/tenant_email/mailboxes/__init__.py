"""Where a mail arrives that was sent to see whether it does: a mailbox by IMAP, or files of this machine."""
