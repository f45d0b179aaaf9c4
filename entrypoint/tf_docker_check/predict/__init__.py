"""Verdicts for images on described hosts, from the catalog alone: no engine, no network, no clock."""
