"""The lab: a container engine, a builder, base images and a registry for machines that have none.

Everything comes from the distribution's packages and PyPI. Nothing here is part of the product.
"""
