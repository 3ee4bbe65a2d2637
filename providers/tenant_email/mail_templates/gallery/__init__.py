"""One HTML page that shows the mails of a report: nothing leaves it, and nothing runs but its own script."""
