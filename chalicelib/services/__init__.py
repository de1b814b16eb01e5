"""One use case a file: a function that takes its ports, asks the domain, and commits one transaction."""
