// Drafts save themselves while they are typed: on the server, and in this browser until the server has them.
// Without this script the page is one plain form with "Lưu nháp" and "Gửi tất cả".
"use strict";

const form = document.getElementById("cap-nhat");
const WAIT = 900, AGAIN = 15000;
const PAPER = ["number", "issued_on", "issuer"];
const pending = new Map(), timers = new Map(), dirty = new Set(), dropped = new Set();
let queue = Promise.resolve();

function kept(key, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(key) || "null");
    if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, JSON.stringify(value));
  } catch { /* private windows and full stores: the server's draft remains */ }
  return null;
}
function clock() { return new Date().toLocaleTimeString("vi", {hour: "2-digit", minute: "2-digit"}); }
function plain(text) { return String(text === null || text === undefined ? "" : text).replace(/\s+/g, " ").trim(); }
function element(name, text, more) { return Object.assign(document.createElement(name), {textContent: text}, more); }

// -- one card -----------------------------------------------------------------------------------------------

const keyOf = (card) => `viec.${form.dataset.who}.${card.id}`;
const cards = () => [...form.querySelectorAll(".job")].filter((card) => field(card, "version"));
const field = (card, name) => form.elements[`${card.id}-${name}`];
const NAMES = ["content", "reason", "percent", "product", "difficulties", "requests", "effective_on"];

function typed(card) {
  const values = {choice: (card.querySelector("input[type=radio]:checked") || {}).value || "", behind: field(card, "behind").checked};
  for (const name of [...NAMES, ...PAPER]) values[name] = field(card, name).value;
  return values;
}
function same(one, other) {
  return ["choice", "behind", ...NAMES].every((name) => plain(one[name] || "") === plain(other[name] || ""));
}
function fill(card, values) {
  for (const radio of card.querySelectorAll("input[type=radio]")) radio.checked = radio.value === values.choice;
  field(card, "behind").checked = Boolean(values.behind);
  for (const name of [...NAMES, ...PAPER]) if (values[name] !== undefined) field(card, name).value = values[name];
  for (const fold of card.querySelectorAll("details")) if ([...fold.querySelectorAll("textarea")].some((one) => one.value)) fold.open = true;
  count();
}
function tell(card, text, trouble) {
  const state = card.querySelector(".state");
  state.classList.toggle("trouble", Boolean(trouble));
  if (state.textContent !== text) state.textContent = text;
}
function count() {
  const place = form.querySelector("[data-count]");
  const chosen = cards().filter((card) => card.querySelector("input[type=radio]:checked")).length;
  if (place) place.textContent = Number(form.dataset.elsewhere) + chosen;
}
function line(text) {
  const place = form.querySelector("[data-line]");
  if (place && place.textContent !== text) place.textContent = text;
}

function changed(card) {
  dirty.add(card);
  kept(keyOf(card), {version: field(card, "version").value, at: clock(), values: typed(card)});
  clearTimeout(timers.get(card));
  timers.set(card, setTimeout(() => save(card), WAIT));
  count();
}

// One save after the other: a slow line is not asked for two things at once.
function save(card, more = {}) {
  clearTimeout(timers.get(card));
  timers.delete(card);
  if (dropped.has(card)) return Promise.resolve();
  if (pending.has(card)) return pending.get(card).then(() => dirty.has(card) || Object.keys(more).length ? save(card, more) : undefined);
  queue = queue.then(() => push(card, more)).catch(() => failed(card)).finally(() => {
    pending.delete(card);
    if (dirty.has(card) && !timers.has(card)) changed(card);
  });
  pending.set(card, queue);
  return queue;
}

function push(card, more) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const input of card.querySelectorAll("[name]")) {
    const name = input.name.slice(card.id.length + 1);
    if (input.tagName === "BUTTON" || (PAPER.includes(name) && !more.the)) continue;
    if (input.type === "file") { for (const file of input.files) body.append(input.name, file); }
    else if ((input.type !== "radio" && input.type !== "checkbox") || input.checked) body.set(input.name, input.value);
  }
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const files = [...card.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
  dirty.delete(card);
  if (files.length) tell(card, "đang tải tệp lên…");
  return fetch(form.getAttribute("action"), {method: "POST", body, redirect: "manual", headers: {"X-Requested-With": "fetch"}})
    .then((got) => answered(card, got, files, more));
}

// Everything that waits is saved before the page goes away; false where the line is down.
async function flush() {
  for (const card of [...dirty]) if (!dropped.has(card)) save(card);
  for (let turn = 0; turn < 3 && pending.size; turn += 1) {
    await Promise.race([Promise.all(pending.values()), new Promise((go) => { setTimeout(go, 10000); })]);
  }
  if ([...dirty].some((card) => !dropped.has(card))) return false;
  // Some phones say that they are off line when they are not: ask the server itself.
  return navigator.onLine || fetch(location.href, {method: "HEAD", redirect: "manual"}).then(() => true, () => false);
}

function failed(card, why = "mất mạng") {
  dirty.add(card);
  tell(card, "chưa gửi lên được, đang giữ trong máy này", true);
  line(`${why}: chữ giữ trong máy này`);
  timers.set(card, setTimeout(() => save(card), AGAIN));
}

async function answered(card, got, files, more) {
  if (got.status >= 500) { failed(card, got.status === 507 ? "máy chủ hết chỗ chứa" : "máy chủ đang bận"); return; }
  if (got.status === 413) { tell(card, "Tệp quá lớn.", true); return; }
  if (got.type === "opaqueredirect" || got.status === 403 || got.status === 404) {
    dropped.add(card);
    tell(card, "Phiên làm việc đã hết hoặc đã đổi; chữ vẫn giữ trong máy này. ", true);
    card.querySelector(".state").append(element("a", "Đăng nhập lại", {href: location.href.split("#")[0]}));
    return;
  }
  const said = await got.json();
  if (said.gone) {
    dropped.add(card);
    tell(card, said.told.join(" ") || "Việc này đã gửi. Hãy tải lại trang.", true);
    return;
  }
  for (const input of files) input.value = "";
  showProofs(card, said.proofs);
  if (said.other) { both(card, said.other, `Bản trên máy chủ (${said.who})`, said); return; }
  if (said.version !== null && got.status !== 409) {
    field(card, "version").value = said.version;
    field(card, "seen").value = said.seen === null ? "" : said.seen;
  }
  if (said.told.length) { tell(card, said.told.join(" "), true); return; }
  if (more.the) for (const name of PAPER) field(card, name).value = "";
  if (!dirty.has(card)) kept(keyOf(card), null);
  else kept(keyOf(card), {version: field(card, "version").value, at: clock(), values: typed(card)});
  if (said.saved) tell(card, `✔ đã lưu nháp ${said.saved}`);
  line("nháp tự lưu");
}

function showProofs(card, proofs) {
  const list = card.querySelector(".proof-list");
  if (!proofs || !list) return;
  list.replaceChildren(...proofs.map((one) => {
    const item = element("li", `${one.name} `), button = element("button", "Bỏ", {className: "link", name: "bo", value: one.pk});
    button.setAttribute("aria-label", `Bỏ ${one.name}`);
    item.append(button);
    return item;
  }));
}

// -- two texts: both are shown until somebody has chosen ----------------------------------------------------

function words(values) {
  const label = {khong: "Không phát sinh", dung: "Đúng tiến độ", nguyco: "Có nguy cơ", xong: "Hoàn thành"}[values.choice];
  const names = {content: "", reason: "Lý do: ", product: "Sản phẩm: ", difficulties: "Khó khăn: ", requests: "Đề xuất: ", number: "Văn bản: "};
  const said = [[label, values.percent !== "" && values.percent !== undefined ? `${values.percent}%` : ""].filter(Boolean).join(", ")];
  for (const [name, before] of Object.entries(names)) if (values[name]) said.push(before + values[name]);
  return said.filter(Boolean);
}
function box(card, title, values, buttons) {
  const old = card.querySelector(".other");
  if (old) old.remove();
  const place = element("div", "", {className: "other"});
  place.setAttribute("role", "status");
  place.append(element("b", title), ...words(values).map((text) => element("p", text)));
  for (const [label, act] of buttons) {
    const button = element("button", label, {type: "button", className: "btn btn-outline-secondary btn-sm"});
    button.addEventListener("click", () => { place.remove(); dropped.delete(card); act(); });
    place.append(button, " ");
  }
  (card.querySelector(".four") || card.lastElementChild).before(place);
}
function both(card, other, title, said) {
  dropped.add(card);
  tell(card, "có hai bản khác nhau: chọn một, chưa bỏ bản nào", true);
  const take = () => { field(card, "version").value = said.version === null ? "" : said.version; field(card, "seen").value = said.seen === null ? "" : said.seen; };
  box(card, title, other, [
    ["Lấy bản này", () => { take(); fill(card, other); kept(keyOf(card), null); dirty.delete(card); tell(card, "đã lấy bản trên máy chủ"); }],
    ["Ghi bản của tôi", () => { take(); changed(card); }],
  ]);
}

// What this browser still holds from when the line was down or the session had ended.
function restore() {
  if (document.querySelector(".error-summary")) return;
  const start = `viec.${form.dataset.who}.`;
  if (document.querySelector(".message.success, .message.info")) {
    for (const key of kept("viec.gui") || []) kept(key, null);
  }
  kept("viec.gui", null);
  let held = [];
  try { held = Object.keys(localStorage).filter((name) => name.startsWith(start)); } catch { return; }
  for (const key of held) {
    const card = document.getElementById(key.slice(start.length)), copy = kept(key);
    if (!card || !copy) continue;
    const drop = ["Bỏ bản này", () => { kept(key, null); if (field(card, "version")) tell(card, ""); }];
    if (!field(card, "version")) { box(card, `Máy này còn giữ chữ chưa lưu, gõ lúc ${copy.at}`, copy.values, [drop]); continue; }
    const now = typed(card);
    if (same(copy.values, now) && !PAPER.some((name) => copy.values[name])) { kept(key, null); continue; }
    if (copy.version === field(card, "version").value) {
      fill(card, copy.values);
      box(card, `Đã lấy lại những gì bạn gõ lúc ${copy.at}. Bản trước đó:`, now, [["Trở về bản trước", () => { fill(card, now); changed(card); }]]);
      changed(card);
    } else {
      dropped.add(card);
      tell(card, "có hai bản khác nhau: chọn một, chưa bỏ bản nào", true);
      box(card, `Bản gõ lúc ${copy.at} trên máy này (máy chủ đã có bản mới hơn)`, copy.values, [
        ["Dùng bản này", () => { fill(card, copy.values); changed(card); }],
        ["Giữ bản trên máy chủ", () => { kept(key, null); tell(card, ""); }],
      ]);
    }
  }
}

// -- what people do -----------------------------------------------------------------------------------------

function chose(card, value) {
  const content = field(card, "content"), percent = field(card, "percent");
  if (value === "khong" && !field(card, "version").value && content.value === content.defaultValue) {
    card.dataset.content = content.value;
    content.value = "";
  } else if (value !== "khong" && card.dataset.content && !content.value) content.value = card.dataset.content;
  if (value === "xong") {
    if (percent.value !== "100") card.dataset.percent = percent.value;
    percent.value = "100";
    card.querySelector("details").open = true;
  } else if (card.dataset.percent !== undefined) {
    if (percent.value === "100") percent.value = card.dataset.percent;
    delete card.dataset.percent;
  }
}

if (form) {
  form.classList.add("scripted");
  const cardOf = (event) => { const card = event.target.closest(".job"); return card && field(card, "version") ? card : null; };
  form.addEventListener("input", (event) => {
    const card = cardOf(event);
    if (!card || event.target.type === "file") return;
    if (event.target.type === "radio") chose(card, event.target.value);
    changed(card);
  });
  form.addEventListener("change", (event) => {
    const card = cardOf(event);
    if (card && event.target.type === "file" && event.target.files.length) save(card);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=bo], button[name=the]");
    const card = button && cardOf(event);
    if (!card || dropped.has(card)) return;
    event.preventDefault();
    save(card, {[button.name]: button.value});
  });
  let sending = false;
  form.addEventListener("submit", (event) => {
    if (sending === "now") return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    const button = event.submitter;
    flush().then((there) => {
      sending = false;
      if (!there) { line("mất mạng: chưa gửi được, chữ giữ trong máy này"); return; }
      kept("viec.gui", cards().map(keyOf));
      sending = "now";
      // A form takes no new order while it still deals with the last one.
      setTimeout(() => { if (button) form.requestSubmit(button); else form.requestSubmit(); });
    });
  });
  window.addEventListener("pageshow", () => { sending = false; });
  window.addEventListener("online", () => { for (const card of [...dirty]) save(card); });
  window.addEventListener("offline", () => line("mất mạng: chữ giữ trong máy này"));
  restore();
  count();
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
}

// -- the unit's own words: kept in this browser until the server has them -----------------------------------

const report = document.querySelector("[data-words]");
if (report) {
  const key = `loi.${report.dataset.words}`, texts = [...report.querySelectorAll("textarea")], copy = kept(key);
  if (document.querySelector(".message.success")) kept(key, null);
  else if (copy && !document.querySelector(".error-summary") && texts.some((one) => plain(copy.values[one.name]) !== plain(one.value))) {
    const note = element("p", `Máy này còn giữ chữ chưa lưu, gõ lúc ${copy.at}. `, {className: "notice"});
    const take = element("button", "Lấy lại", {type: "button", className: "btn btn-outline-secondary btn-sm"});
    const drop = element("button", "Bỏ", {type: "button", className: "btn btn-quiet btn-sm"});
    take.addEventListener("click", () => { for (const one of texts) if (copy.values[one.name] !== undefined) one.value = copy.values[one.name]; note.remove(); });
    drop.addEventListener("click", () => { kept(key, null); note.remove(); });
    note.append(take, " ", drop);
    report.prepend(note);
  }
  report.addEventListener("input", () => kept(key, {at: clock(), values: Object.fromEntries(texts.map((one) => [one.name, one.value]))}));
}
