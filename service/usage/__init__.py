"""How often the portal is used: counted by the service itself, by day, and nothing of who asked.

No cookies, no addresses, no third party. `kinds` says what a request counts as, `counter` counts and writes down,
`work` shows it; what is published is the dataset `portal-usage`.
"""
