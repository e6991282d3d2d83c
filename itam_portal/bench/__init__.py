"""`make bench`: measures whether the accounts list keeps its promises of speed, in one run, as ratios."""
