"""One module a claim: what its members share, how one is measured, and its figure."""
