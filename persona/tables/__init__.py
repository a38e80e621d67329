"""Results as a person reads them at a terminal, or as JSON: one function per command.

Takes finished values and shows them; computes nothing that is not in them.
"""
