"""How fast a name is found among a million, with everything that people do to names; and what it costs a load."""
