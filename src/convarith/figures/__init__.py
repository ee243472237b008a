"""Drawings of layers, stacks, networks and costs, with matplotlib.

Each function returns a `Picture`, a matplotlib figure that a notebook shows as SVG and whose `alt` says
in words what is on it. No global matplotlib state is touched, nothing is printed, and equal arguments give
equal bytes.
"""
