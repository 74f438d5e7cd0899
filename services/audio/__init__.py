"""What a child process does with an open file. Only `formats` may be imported elsewhere."""
