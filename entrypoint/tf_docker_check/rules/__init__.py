"""What follows from the catalog for an image, in one place: `lint`, `predict` and `plan` all ask here."""
