"""`python -m commands`: what the launcher hands over to."""

from commands.cli import main

main()
