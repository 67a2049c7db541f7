"""A real sign-in by an application of our own, through the public address, looked at step by step.

`application` is the built-in application, `relying_party` does what any application does with the answer that the browser
brings, `id_token` verifies as OIDC Core 3.1.3.7 says. Nothing here takes a short cut through our own code or tables:
what an administrator sees is what an application would meet.
"""
