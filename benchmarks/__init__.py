"""Reference algorithms the solver is timed against."""
