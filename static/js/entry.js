// Names for what the stock entry forms leave unnamed to a screen reader: fields in table rows take their
// column's heading, autocomplete boxes take their field's label, and an empty heading says what is under it.
"use strict";

function labelOf(select) {
  const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  return (label && label.textContent.replace(/:\s*$/, "").trim()) || select.getAttribute("aria-label") || "Chọn";
}

function nameAutocomplete(root) {
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling;
    if (!box || !box.matches(".select2-container")) continue;
    for (const part of box.querySelectorAll(".select2-selection, .select2-selection__rendered, .select2-search__field")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", labelOf(select));
    }
  }
}

function nameDeleteBoxes(root) {
  for (const box of root.querySelectorAll("input[name$='-DELETE']")) box.setAttribute("aria-label", "Xóa dòng này");
}

function nameEmptyHeadings() {
  for (const heading of document.querySelectorAll("#content th")) {
    if (heading.textContent.trim() || heading.querySelector("input, img")) continue;
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = heading.matches(".original") ? "Dòng" : "Thao tác";
    heading.append(words);
  }
}

// A link in the list of faults leads into the box that is drawn over an autocomplete field.
function leadIntoBox(event) {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const box = field.matches(".select2-hidden-accessible") ? field.nextElementSibling.querySelector(".select2-selection") : field;
  box.scrollIntoView({block: "center"});
  box.focus({preventScroll: true});
}

// On a phone a list's rows stand as cards: every cell brings the heading of its column.
function makeCards(table) {
  const names = [...table.tHead.rows[0].cells].map((cell) => (cell.querySelector(".text") || cell).textContent.trim());
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, at) => {
      if (cell.matches("td:not(.action-checkbox)") && names[at]) cell.dataset.label = names[at];
      if (["–", ""].includes(cell.textContent.trim()) && !cell.querySelector("input, img")) cell.classList.add("nothing");
    });
  }
  table.classList.add("cards");
}

document.querySelectorAll("#result_list").forEach(makeCards);
document.addEventListener("click", leadIntoBox);
nameEmptyHeadings();
nameDeleteBoxes(document);
nameAutocomplete(document);
// select2 draws its boxes later, and again for every row that is added.
new MutationObserver((changes) => {
  if (changes.some((change) => [...change.addedNodes].some((node) => node.nodeType === 1))) {
    nameDeleteBoxes(document);
    nameAutocomplete(document);
  }
}).observe(document.body, {childList: true, subtree: true});
