"""Sums that pages read, made from snapshots: what each post won by day, and from that accounts and the organisation.

A gain stands on the day it was seen, never spread over the days that nobody counted. A counter that falls gives a gain
below nought: the platform took something back, and the sum of all days stays what the platform says now.
"""
