"""The page of a local machine: what its tenants, AWS and DNS hold, the mails that arrived, and the calls, live.

It only reads. Every secret is masked before anything leaves this package (`masking`); what came from outside reaches
the browser as text, and a mail's HTML in a frame that runs nothing and loads nothing (`server`).
"""
