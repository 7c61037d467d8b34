"""Evidence: what an uploaded file is, judged by its content, and where it is kept, under its hash.

``kinds`` answers for one upload (``kind_of``, ``kept_name``); ``store`` keeps bytes. Nothing here knows
Django.
"""
