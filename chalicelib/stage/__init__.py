"""A stage on AWS as its owner's computer sees it: what stands there, and what is left to do."""
