"""The command line: options in, library calls out."""
