"""A GitHub on loopback that remembers: what it stands in for, and what it cannot prove.

    from fakegithub import given, server, state, troubles

    with server.start() as github:
        pull = given.pull(github.state)
        github.state.troubles.append(troubles.lost_answer("POST", "/comments$"))
        …                             # with GITHUB_API_URL=github.url and the token "token"
        assert github.count("POST") == 1

It answers the part of GitHub's REST API that `fakegithub.routes` lists, the results service that artifacts
go through, and the storage behind both, on loopback. Every REST request and every answer is held against
GitHub's own OpenAPI document (`openapi.json`, cut by `bin/cut-openapi`); what that document does not allow is
answered with 500 and raised when the `with` block ends. What the document does not say is written down here
in code, each with where it comes from: longest bodies, pages, permissions, limits, redirects.

What it cannot prove: which permissions GitHub really gives to a fork's or Dependabot's token, when GitHub
really limits and for how long, how it renders Markdown and counts characters beyond the basic plane, in
what order and how soon what was written can be read, whether artifact names may repeat across attempts, and
anything of the results service beyond what actions/toolkit sends and reads.
"""
