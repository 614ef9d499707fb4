"""Figures against a bare limit measured in the same run."""
