"""A real sign-in that is tried out."""
