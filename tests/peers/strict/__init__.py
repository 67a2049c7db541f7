"""Clients that keep the rules of the strictest applications in the field, one module an application."""
