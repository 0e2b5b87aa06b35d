"""How the map feels: time to the first map and frames a second, in a real Chromium slowed down to a phone."""
