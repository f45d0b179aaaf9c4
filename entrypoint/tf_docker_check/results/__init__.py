"""What follows from the results of a run: merged, compared, grouped, the gate applied."""
