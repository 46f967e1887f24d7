"""How much text of a file goes into the search. A PDF can be made to unfold without end."""

from __future__ import annotations

#: Pages of one file that are read.
PAGES = 2_000
#: Characters of one page; a dense page of law has about 4,000.
PAGE_CHARACTERS = 20_000
#: Characters of all files of one document.
CHARACTERS = 4_000_000
#: From this many characters on, words are found but phrases are not: a tsvector holds one megabyte.
PHRASE_CHARACTERS = 200_000
#: Different words beyond those.
REST_WORDS = 20_000
#: Longest word among them, in characters.
REST_WORD = 32
