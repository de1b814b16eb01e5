"""What leaves the house: each outside service behind a Protocol, the real one and the one-machine one side by side."""
