"""Claims: statements from articles as experiments that anyone can run again."""
