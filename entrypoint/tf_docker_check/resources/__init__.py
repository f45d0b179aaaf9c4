"""Data the program ships: facts with sources, templates, schemas; and what reads them."""
