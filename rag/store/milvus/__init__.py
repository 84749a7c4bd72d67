"""A store on a Milvus server: the same searches and the same ranking as the local store, past one machine.

`connection` talks to the server, `collections` says what is kept there, `shelf` holds the record in force and
the writer's lock, `building` writes, `reading` searches.
"""
