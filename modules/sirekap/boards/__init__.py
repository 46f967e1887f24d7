"""Boards: how far the count and the recap of every region are, as small files that pages poll.

A worker writes a file a region and audience (:mod:`.writing`) from a handful of questions that ask for all
regions at once (:mod:`.content`, :mod:`.missing`). Pages and their polls read the file and nothing else
(:mod:`.shelf`): however many people watch, the database does not hear of it (NA-14).
"""
