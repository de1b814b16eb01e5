"""What is seen of the program while it runs on AWS: logs and metrics, without a word about anybody."""
