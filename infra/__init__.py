"""What takes the program to AWS: the package, the stack, and the commands that bring one to the other."""
