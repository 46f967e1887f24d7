"""The public side of an election as static files (docs/publication.md is the contract).

A publication rests on one state of the public log: a snapshot is taken while no form moves
(:mod:`.snapshot`), the areas that new leaves touch are written (:mod:`.counted`), the list of contents
becomes a leaf itself, and the log's tiles and the list go last (:mod:`.publishing`). Nobody can switch
publication off alone: a stop takes two people and is announced (:mod:`.stops`).
"""
