"""The documentation site: what is on it, and how the repository's own documents become its pages.

`PYTHONPATH=tests python -m support.site` builds it without network into .local/site; it fails on a link that leads
nowhere.
"""
