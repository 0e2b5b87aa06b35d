"""The command line: parses, calls, prints. What is worth testing on its own stands in another room."""
