"""`make bench`: the provider beside npm oidc-provider, measured in the same run; `enumeration` is a program of its own."""
