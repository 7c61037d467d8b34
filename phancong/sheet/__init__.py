"""A unit's yearly plan as a table for Excel: written, read back, and compared with the plan.

``shape``, ``container``, ``reading`` and ``writing`` are pure and know nothing of Django; ``comparing`` says
what a table would change and hands it to the plan.
"""
