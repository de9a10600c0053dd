"""How fast kubesim is: ``make bench``, or ``python -m tests.benchmarks`` in the project's folder.

All times are processor time unless they are called wall time: the seconds that the processor worked
for this process, so that a busy machine disturbs them little. Of several rounds the best counts.
"""
