// Makes writing releases smoother; every page works without it.
(() => {
  "use strict";

  // What is pasted from Word or a web page becomes Markdown. If the server cannot be asked, the plain text is put in.
  document.addEventListener("paste", async (event) => {
    const box = event.target;
    const asks = box.closest?.("[data-cleans-paste]");
    const html = event.clipboardData?.getData("text/html");
    if (!asks || !html || box.tagName !== "TEXTAREA") return;
    event.preventDefault();
    const plain = event.clipboardData.getData("text/plain");
    const put = (text) => {
      box.focus();
      // Old, but the only way that can be undone from the keyboard.
      if (document.execCommand("insertText", false, text)) return;
      box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const token = box.form?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    try {
      const answer = await fetch(asks.dataset.cleansPaste, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams({ html }),
      });
      put(answer.ok ? await answer.text() : plain);
    } catch {
      put(plain);
    }
  });

  // A button that adds, moves or takes out a part is gone with the group that it stood in: the keyboard goes on there.
  let pressed = "";
  document.addEventListener("click", (event) => {
    pressed = event.target.closest("button[name=action]")?.value ?? "";
  });
  document.addEventListener("htmx:after:swap", () => {
    const [act, name, number] = pressed.split(":");
    const group = document.getElementById(act === "find" ? "group-issuers" : `group-${name}`);
    if (!act || !group || document.activeElement !== document.body) return;
    const parts = [...group.querySelectorAll(".part")];
    const last = parts.length - 1;
    const part = parts[{ add: last, up: number - 1, remove: Math.min(number, last) }[act]];
    const next = part?.querySelector("input:not([type=hidden]), textarea");
    (next ?? group.querySelector("[name=issuer_name], .button"))?.focus();
  });

  // Enter in the field by which organisations are found presses Find, and does not save the whole form.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.name !== "issuer_name") return;
    event.preventDefault();
    event.target.form.querySelector("button[value=find]").click();
  });

  // A click on the picture says what no cut may lose.
  document.querySelectorAll("[data-focal]").forEach((part) => {
    const image = part.querySelector("img");
    const [x, y] = ["id_focal_x", "id_focal_y"].map((id) => part.querySelector(`#${id}`));
    if (!image || !x || !y) return;
    const [across, down] = [".across", ".down"].map((name) => part.querySelector(name));
    const draw = () => {
      const set = (line, values) => Object.entries(values).forEach(([name, value]) => line.setAttribute(name, value));
      set(across, { x1: 0, x2: 100, y1: Number(y.value), y2: Number(y.value) });
      set(down, { y1: 0, y2: 100, x1: Number(x.value), x2: Number(x.value) });
    };
    image.addEventListener("click", (event) => {
      const box = image.getBoundingClientRect();
      const share = (value, size) => Math.min(100, Math.max(0, (value / size) * 100)).toFixed(1);
      x.value = share(event.clientX - box.left, box.width);
      y.value = share(event.clientY - box.top, box.height);
      draw();
    });
    [x, y].forEach((field) => field.addEventListener("input", draw));
    part.classList.add("ready");
    draw();
  });
})();
