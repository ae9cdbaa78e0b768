"""One module a claim: prepare, measure, figure, and what a member costs."""
