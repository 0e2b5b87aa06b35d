"""Mistakes in the data: anyone can report one, without an account; its state is public, officers answer at the desk.

`store` keeps them, `place` finds what is meant and who is concerned, `pages` is what the public sees, `office` what
officers do, `pace` keeps a single sender from flooding them. `post` has the letters that wait for the mail server,
`letters` writes and `postman` brings them. The service's only table that the public writes to, hence a room of its own.
"""
