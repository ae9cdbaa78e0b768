"""The articles' claims, and what articles say in numbers."""
