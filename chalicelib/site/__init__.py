"""Templates to pages, pages to files, files to a store."""
