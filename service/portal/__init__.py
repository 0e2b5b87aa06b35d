"""Pages of the portal that belong to no dataset: home, news, help, contact, accessibility; and the frame of all pages.

Rooms that make pages of their own (datasets, dashboards, listing …) begin with `visit`.
"""
