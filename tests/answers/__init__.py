"""Answer files, good and bad, and everything made from the models of the answers."""
