"""GitHub's REST API: the only door of PyGithub."""
