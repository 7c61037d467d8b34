// A button that copies a field; without it one selects and copies by hand.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy), told = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", () => {
    field.select();
    // Over plain HTTP there is no clipboard to write to: what is selected is copied the old way.
    const copied = navigator.clipboard
      ? navigator.clipboard.writeText(field.value).then(() => true, () => false)
      : Promise.resolve(document.execCommand("copy"));
    copied.then((done) => { told.textContent = done ? "Đã chép." : "Chưa chép được: địa chỉ đã được chọn, bấm Ctrl+C."; });
  });
}
