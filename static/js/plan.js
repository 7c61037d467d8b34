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
    403: "Phiên làm việc đã đổi, chưa lưu. Những gì bạn gõ được giữ trong máy này: tải lại trang rồi mở lại việc.",
    404: "Mục này không còn nữa: hãy tải lại trang.",
  };
  tell(words[event.detail.xhr.status] || "Máy chủ chưa nhận: những gì bạn gõ vẫn còn ở đây, hãy thử lại.", event.detail.elt);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL || location.href, location.href).pathname.startsWith("/dang-nhap/")) return;
  event.detail.shouldSwap = false;
  tell("Phiên làm việc đã hết, chưa lưu. Những gì bạn gõ được giữ trong máy này: tải lại trang để đăng nhập, rồi mở lại việc.", event.detail.elt);
});

// What was sent is held in this tab until the server has it: a session that has ended costs no words.
const HELD = "kehoach.", SENT = "kehoach-vua-gui";
const heldKey = (form) => `${HELD}${form.dataset.who}.${new URL(form.getAttribute("action"), location.href).pathname}`;
const written = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !/^(csrf|read_|parent)/.test(name)));
function put(form, pairs) {
  for (const one of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    const values = pairs.filter(([name]) => name === one.name).map(([, value]) => value);
    if (one.type === "checkbox") one.checked = values.includes(one.value);
    else if (values.length) one.value = values[0];
  }
  const further = form.querySelector("details.further");
  if (further) further.open = true;
}
function offer(form) {
  const key = heldKey(form), text = sessionStorage.getItem(key);
  if (!text) return;
  if (text === written(form)) { sessionStorage.removeItem(key); return; }
  const note = Object.assign(document.createElement("p"), {className: "notice", textContent: "Máy này còn giữ những gì bạn gõ mà chưa lưu được. "});
  for (const [label, act] of [["Lấy lại", () => put(form, JSON.parse(text))], ["Bỏ", () => sessionStorage.removeItem(key)]]) {
    const button = Object.assign(document.createElement("button"), {type: "button", className: "btn btn-outline-secondary btn-sm", textContent: label});
    button.addEventListener("click", () => { act(); note.remove(); });
    note.append(button, " ");
  }
  form.prepend(note);
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form.item-form[data-who]")) return;
  sessionStorage.setItem(heldKey(form), written(form));
  sessionStorage.setItem(SENT, heldKey(form));
}, true);
document.addEventListener("htmx:afterRequest", (event) => {
  const {elt, xhr, successful} = event.detail;
  const signIn = new URL(xhr.responseURL || location.href, location.href).pathname.startsWith("/dang-nhap/");
  if (successful && !signIn && elt.matches("form.item-form[data-who]")) sessionStorage.removeItem(heldKey(elt));
});
document.addEventListener("htmx:load", (event) => {
  for (const form of event.detail.elt.querySelectorAll("form.item-form[data-who]")) offer(form);
});
// A page that says "saved" answers the form that was sent last; what others hold stays.
if (document.querySelector(".message.success")) sessionStorage.removeItem(sessionStorage.getItem(SENT));
sessionStorage.removeItem(SENT);

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
    const more = row && row.querySelector("a.more");
    if (more) {
      event.preventDefault();
      aim(more);
      document.getElementById("lam").requestSubmit(menu().querySelector(`[data-act=${event.key === "ArrowUp" ? "up" : "down"}]`));
    }
  } else if (event.key === "Escape") shut(true);
});

// One menu for all rows; without this script "Khác" leads to the item's page, which has the same buttons.
const menu = () => document.getElementById("khac");
let opened = null;
function aim(more) {
  const address = more.getAttribute("href").split("#")[0];
  for (const button of menu().querySelectorAll("button")) {
    button.setAttribute("formaction", address.replace(/(\?|$)/, `${button.dataset.act}/$1`));
    if (button.name) button.value = more.parentElement.dataset.cho;
  }
}
function shut(back) {
  if (!opened) return;
  const more = opened, region = document.getElementById("ke-hoach");
  opened = null;
  more.setAttribute("aria-expanded", "false");
  if (back) more.focus();
  menu().hidden = true;
  if (region) region.append(menu());
}
document.addEventListener("click", (event) => {
  const more = event.target.closest("a.more");
  if (!more || event.ctrlKey || event.metaKey || event.shiftKey) {
    if (!event.target.closest("#khac")) shut();
    return;
  }
  event.preventDefault();
  const again = more === opened;
  shut(again);
  if (again) return;
  aim(more);
  more.after(menu());
  menu().hidden = false;
  more.setAttribute("aria-expanded", "true");
  opened = more;
  menu().querySelector("button").focus();
});
document.addEventListener("focusin", (event) => {
  if (opened && event.target !== opened && !event.target.closest("#khac")) shut();
});
document.addEventListener("htmx:beforeSwap", () => shut());

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
