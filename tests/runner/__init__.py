"""GitHub's runner, as far as a container action meets it: a second opinion beside act.

Every rule is carried over from the runner's sources (actions/runner 2.336.0, src/Runner.Worker unless
a module says otherwise). Where .NET's culture-aware string search is not certain to miss something,
we take it to find it: a command too many here is a warning, one too few would be a false proof.
"""
