"""Drawings of layers, stacks, networks and costs, with matplotlib."""
