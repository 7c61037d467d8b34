// The inbox: choose all at once, and how many are chosen. Each box and button works without it.
"use strict";

const all = document.getElementById("chon-tat-ca");
const told = document.getElementById("da-chon");
const boxes = () => [...document.querySelectorAll('input[name="viec"][form="xac-nhan"]')];

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  told.textContent = chosen ? `\u00a0(${chosen})` : "";
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

if (all && told) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    count();
  });
  for (const box of boxes()) box.addEventListener("change", count);
  count(); // the browser remembers boxes when one comes back
}
