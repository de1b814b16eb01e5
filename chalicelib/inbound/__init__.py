"""What arrives from other programs: signatures, and one file a source that turns its payload into our events."""
