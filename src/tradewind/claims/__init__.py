"""Statements of articles as experiments that anyone can run again."""
