"""Make the committed data of :mod:`electsys.regions` from the source files.

``python -m electsys.regions.build ../shared/data`` writes ``electsys/regions/data/``. Only facts are
taken (codes, names, numbers, coordinates); sources and licences stand in the README beside the data.
"""
