"""Claims that administrators make up."""
