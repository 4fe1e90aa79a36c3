"""…"""
SCENARIOS = []
