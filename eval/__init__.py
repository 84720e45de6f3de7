"""How good it is: gold sets, measures, reports."""
