// Keys for those who work at the desk all day. Everything they do can be done with Tab, Space and Enter as well.
(() => {
  "use strict";

  const rows = [...document.querySelectorAll("[data-desk] [data-row]")];
  const form = document.getElementById("act");
  const dialog = document.getElementById("desk-keys");
  const opener = document.querySelector("[data-keys-open]");
  const switchedOn = document.querySelector("[data-keys-on]");
  const SWITCH = "vidensbro-desk-keys";
  const PLACE = "vidensbro-desk-place";
  let before = null;

  const kept = (storage, name) => {
    try { return storage.getItem(name); } catch { return null; }
  };
  const keep = (storage, name, value) => {
    // A browser that keeps nothing forgets the choice; the keys work all the same.
    try { storage.setItem(name, value); } catch { return; }
  };

  const box = (row) => row.querySelector("input[name=item]");
  const at = () => rows.findIndex((row) => row.contains(document.activeElement));

  function go(step) {
    if (!rows.length) return;
    const here = at();
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[next].focus();
  }

  // What is ticked is meant, else the row one is at; nothing is done without either.
  function meant() {
    if (rows.some((row) => box(row).checked)) return true;
    const here = at();
    if (here < 0) return false;
    box(rows[here]).checked = true;
    return true;
  }

  function press(value) {
    if (!form || !meant()) return;
    form.requestSubmit(form.querySelector(`button[name=do][value=${value}]`));
  }

  function fill(name) {
    const field = form && form.elements.namedItem(name);
    if (!field || !meant()) return;
    before = rows[at()] || null;
    field.focus();
  }

  function showKeys() {
    if (!dialog.open) dialog.showModal();
  }

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => at() >= 0 && box(rows[at()]).click(),
    a: () => press("mine"),
    d: () => press("done"),
    s: () => fill("until"),
    n: () => fill("note"),
    r: () => fill("office"),
    u: () => document.querySelector("[data-undo]")?.click(),
    "?": showKeys,
  };

  const inField = (target) => target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape" && before && form.contains(event.target)) {
      before.focus();
      before = null;
      return;
    }
    if (!switchedOn.checked || inField(event.target)) return;
    if (event.key === "Enter" && event.target.matches("[data-row]")) {
      event.preventDefault();
      event.target.querySelector("h3 a").click();
      return;
    }
    const does = keys[event.key];
    if (!does || event.repeat && !"jk".includes(event.key)) return;
    event.preventDefault();
    does();
  });

  // Whoever comes back from an action goes on where it was.
  rows.forEach((row) => row.setAttribute("tabindex", "-1"));
  const place = Number.parseInt(kept(sessionStorage, PLACE) ?? "", 10);
  if (!Number.isNaN(place) && rows.length && !document.getElementById("form-errors")) {
    rows[Math.min(place, rows.length - 1)].focus();
  }
  keep(sessionStorage, PLACE, "");
  document.addEventListener("submit", (event) => {
    if (!["act", "route-one"].includes(event.target.id) && !event.target.matches(".desk-last")) return;
    const here = before ? rows.indexOf(before) : at();
    const first = rows.findIndex((row) => box(row).checked);
    keep(sessionStorage, PLACE, String(Math.max(here, first, 0)));
  });

  const all = document.querySelector("[data-all]");
  if (all) {
    all.hidden = false;
    all.querySelector("input").addEventListener("change", (event) => {
      rows.forEach((row) => { box(row).checked = event.target.checked; });
    });
  }

  switchedOn.checked = kept(localStorage, SWITCH) !== "off";
  switchedOn.addEventListener("change", () => keep(localStorage, SWITCH, switchedOn.checked ? "on" : "off"));
  opener.hidden = false;
  opener.addEventListener("click", showKeys);
  const hint = document.querySelector("[data-keys-hint]");
  if (hint) hint.hidden = !switchedOn.checked;
})();
