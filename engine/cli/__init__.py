"""The command line: each command is a page that calls the library and prints."""
