"""What the token endpoint gives tokens for."""
