"""How long a full check of a plan takes, by stage, and how much memory; beside overlaying all areas pair by pair."""
