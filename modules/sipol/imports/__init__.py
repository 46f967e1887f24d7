"""The member file: its columns, its sealing, the checks that need our own tables, its place on the pages."""
