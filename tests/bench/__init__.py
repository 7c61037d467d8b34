"""What takes minutes to find out, on a real server over a real database: `make bench`.

The tests run a sample of it. Each measure is a module with a function ``measure`` that returns rows
(tests.bench.report).
"""
