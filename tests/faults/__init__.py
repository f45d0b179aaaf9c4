"""The fault lab: images and runs that are broken on purpose, put through the command line.

Each folder of `cases/` is a project: `fault.yml` says why it exists, how it is run and what must come
out; the Dockerfile breaks something. `python -m faults` runs them all and compares.
"""
