"""The whole record in one file, and back: every table but sessions and tried passwords, and the evidence."""

from chuongtrinh.backup.archive import Damaged, Manifest, Refused
from chuongtrinh.backup.restoring import restore
from chuongtrinh.backup.saving import back_up

__all__ = ["Damaged", "Manifest", "Refused", "back_up", "restore"]
