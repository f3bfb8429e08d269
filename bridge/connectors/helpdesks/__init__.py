"""Helpdesks over HTTP."""
