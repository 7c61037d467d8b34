"""Writing a unit's yearly plan and taking it from draft to given (IV.1).

Every change of a plan goes through here, in one transaction that holds the plan's row: an item is written
only while the plan is open, a plan is approved only with all of the six (6 rõ) of every item, and what is
given changes by decision alone. Errors are ValidationError with a message for people.
"""

from phancong.planning.changes import decide, supplement
from phancong.planning.items import (
    ItemData,
    add_item,
    change_item,
    copy_item,
    items_of,
    open_plan,
    place_item,
    remove_item,
    write_items,
)
from phancong.planning.workflow import approve, give, missing, recall, send_back, submit
from phancong.planning.years import carry_over, choose_again

__all__ = [
    "ItemData",
    "add_item",
    "approve",
    "carry_over",
    "change_item",
    "choose_again",
    "copy_item",
    "decide",
    "give",
    "items_of",
    "missing",
    "open_plan",
    "place_item",
    "recall",
    "remove_item",
    "send_back",
    "submit",
    "supplement",
    "write_items",
]
