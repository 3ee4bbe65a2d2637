"""Stands for AWS on one machine: moto behind a WSGI application that behaves as docs/contracts/aws_ses.md says."""
