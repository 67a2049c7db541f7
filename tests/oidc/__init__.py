"""The protocol engine, without HTTP."""
