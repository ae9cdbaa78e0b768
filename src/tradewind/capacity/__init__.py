"""Compute and power planned together: where to build, on what power, with which chips."""
