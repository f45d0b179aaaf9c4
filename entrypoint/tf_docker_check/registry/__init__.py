"""Client for the OCI distribution protocol: manifests, configs and layers."""
