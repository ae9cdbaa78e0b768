"""Second implementations and data builders that only the tests use."""
