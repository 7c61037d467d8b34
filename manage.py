#!/usr/bin/env python
"""Entry point for every command of the project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuongtrinh.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, execute_from_command_line

    # Django begins the one line that says what went wrong with the name of this class.
    CommandError.__name__ = "Chưa chạy được"
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Chưa chạy được: {error}")


if __name__ == "__main__":
    main()
