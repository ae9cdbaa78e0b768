"""Statements of articles as experiments that can go either way."""
