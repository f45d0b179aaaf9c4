"""What registries are asked: manifests, configs and layers, by the OCI distribution protocol."""
