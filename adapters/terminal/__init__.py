"""The command line is one more chat, whose address is a folder."""
