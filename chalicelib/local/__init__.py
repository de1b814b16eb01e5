"""The one-machine runner: the embedded engine, the stream, the clock, the web server, the sample business."""
