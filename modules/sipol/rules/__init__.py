"""The law of parties as pure functions (UU 7/2017 art. 173-180; PKPU 4/2022; domain.md 3)."""
