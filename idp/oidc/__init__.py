"""The protocol: authorization requests, clients, grants, tokens and keys, without a word of HTTP."""
