"""Readers of the raw sources: one file a source, each refusing what it does not recognise."""
