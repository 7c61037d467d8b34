// The plan's table by keyboard: Enter saves, Ctrl+Enter saves and goes on, Esc gives up, Alt+↑/↓ moves a row.
// Everything here also works by links and buttons without it.
"use strict";

const before = new WeakMap();

function typed(form) {
  return [...form.querySelectorAll("input:not([type=hidden]), textarea, select")].some((one) => {
    if (one.type === "checkbox") return one.checked !== one.defaultChecked;
    if (one.tagName === "SELECT") return [...one.options].some((option) => option.selected !== option.defaultSelected) && one.selectedIndex > 0;
    return one.value !== one.defaultValue;
  });
}

// What could not be sent is said beside what was typed, which stays.
function tell(words, near) {
  const place = near && near.closest("tr, form") && near.closest("tr, form").querySelector(".ask-again");
  if (place) { place.textContent = words; return; }
  const region = document.getElementById("ke-hoach");
  const message = document.createElement("p");
  message.className = "message error";
  message.setAttribute("role", "alert");
  message.textContent = words;
  if (region) { region.prepend(message); message.scrollIntoView({block: "nearest"}); }
}
document.addEventListener("htmx:sendError", (event) => {
  tell("Chưa gửi được: mất kết nối. Những gì bạn gõ vẫn còn ở đây, hãy thử lại.", event.detail.elt);
});
document.addEventListener("htmx:responseError", (event) => {
  const words = {
    403: "Phiên làm việc đã đổi, chưa lưu. Chép lại những gì vừa gõ, rồi tải lại trang.",
    404: "Mục này không còn nữa: hãy tải lại trang.",
  };
  tell(words[event.detail.xhr.status] || "Máy chủ chưa nhận: những gì bạn gõ vẫn còn ở đây, hãy thử lại.", event.detail.elt);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL || location.href, location.href).pathname.startsWith("/dang-nhap/")) return;
  event.detail.shouldSwap = false;
  tell("Phiên làm việc đã hết, chưa lưu. Chép lại những gì vừa gõ, rồi tải lại trang để đăng nhập.", event.detail.elt);
});

// The row that a form takes the place of comes back when the form is left.
let left = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target;
  left = row.matches("tr.form-row") ? before.get(row) : row.matches("tr") ? row : null;
});
document.addEventListener("htmx:load", (event) => {
  const row = event.detail.elt;
  if (left && row.matches("tr.form-row")) before.set(row, left);
});

function cancel(form) {
  const row = form.closest("tr.form-row");
  if (!row) return false;
  let old = before.get(row);
  if (old) {
    row.replaceWith(old);
    window.htmx.process(old);
  } else {
    old = row.nextElementSibling;
    if (!old || !old.matches(".add-row[hidden]")) return false;
    old.hidden = false;
    row.remove();
  }
  const again = old.querySelector("a.edit, a[hx-get]");
  if (again) again.focus();
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-cancel]");
  if (link && link.closest("form") && cancel(link.closest("form"))) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const form = event.target.closest("form.item-form");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const next = form.querySelector("button[name=tiep]");
    if (next) { event.preventDefault(); next.focus(); form.requestSubmit(next); }
  } else if (form && event.key === "Enter" && event.target.matches("textarea") && !event.shiftKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]"));
  } else if (form && event.key === "Escape") {
    const ask = form.querySelector(".ask-again");
    if (ask && typed(form) && !ask.textContent) { ask.textContent = "Bấm Esc lần nữa để bỏ những gì vừa gõ."; return; }
    const link = form.querySelector("a[data-cancel]");
    if (link && !cancel(form)) link.click();
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    const row = event.target.closest("tr.item");
    const button = row && row.querySelector(`button[formaction*="/${event.key === "ArrowUp" ? "up" : "down"}/"]`);
    if (button) { event.preventDefault(); document.getElementById("lam").requestSubmit(button); }
  } else if (event.key === "Escape") {
    const menu = event.target.closest("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
});

// What was typed and not yet saved is not left behind unasked.
let saving = null;
const unsaved = () => [...document.querySelectorAll("form.item-form")].some((form) => form !== saving && typed(form));
document.addEventListener("submit", (event) => {
  saving = event.target;
  if (event.target.matches(".step, .step form") && unsaved()) {
    saving = null;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell("Còn việc đang sửa chưa lưu: lưu hoặc bỏ rồi hãy chuyển bước.", event.target);
  }
}, true);
document.addEventListener("htmx:afterRequest", () => { saving = null; });
window.addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });

// Copy, move, remove without leaving the page; a second press waits for the first.
let busy = false;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "lam" || !event.submitter || !window.htmx) {
    if (form.matches(".step, .step form")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    }
    return;
  }
  event.preventDefault();
  if (busy) return;
  busy = true;
  const values = Object.fromEntries(new FormData(form, event.submitter));
  const url = event.submitter.getAttribute("formaction");
  window.htmx.ajax("POST", url, {source: "#ke-hoach", target: "#ke-hoach", swap: "outerHTML show:none", values})
    .finally(() => { busy = false; });
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("plan:focus", (event) => {
  const row = document.getElementById(event.detail.id);
  const link = row && row.querySelector("a.edit");
  if (link) { link.focus({preventScroll: true}); row.scrollIntoView({block: "nearest"}); }
});
