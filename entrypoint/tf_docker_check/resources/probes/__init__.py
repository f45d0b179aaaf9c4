"""What runs inside somebody's image: standard library only, Python 3.6 to 3.14.

The host sends these files as one script on standard input (see `tf_docker_check.probe.script`);
`boot.py` makes modules of them again, under the names they have here.
"""
