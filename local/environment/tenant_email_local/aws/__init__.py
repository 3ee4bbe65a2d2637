"""Stands for AWS on one machine: moto's servers behind a front that behaves as docs/contracts/aws_ses.md says."""
