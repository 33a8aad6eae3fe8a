// What cannot be done without a script is not needed: this only makes pages smoother.
(() => {
  "use strict";

  // A form marked so is sent as soon as a choice in it changes; its button then has nothing left to do.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-send-on-change]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });

  // An example is put into the need box, where it can be read and changed before it is sent.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-example]");
    const box = document.getElementById("id_text");
    if (!button || !box) return;
    event.preventDefault();
    box.value = button.value;
    box.lang = button.lang;
    box.focus();
  });

  // Ctrl+Enter sends a need.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form[data-quick-send]");
    if (form) form.requestSubmit();
  });

  // A menu closes when one goes elsewhere.
  const menus = () => document.querySelectorAll("details[data-closes][open]");
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  // On a narrow screen, what narrows a list would push the list itself out of sight.
  if (window.matchMedia("(max-width: 991px)").matches) {
    document.querySelectorAll("details[data-folded-on-phone]").forEach((part) => part.removeAttribute("open"));
  }

  // Errors of a form are read out and reached first.
  document.getElementById("form-errors")?.focus();
})();
