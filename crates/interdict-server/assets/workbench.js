// Comfort for pages that work without it: answers while one types, terms that light up together,
// keys for reviewing, progress that follows a job. Sends nothing to any other machine.
"use strict";

(() => {
  const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

  // After an answer, reading goes on at the answer.
  each("[data-focus]", (place) => place.focus({ preventScroll: false }));

  // Search as one types: the newest question wins, whatever the order of the answers.
  each("form[data-live]", (form) => {
    const target = document.querySelector(form.dataset.live);
    let timer = 0;
    let number = 0;
    const ask = async () => {
      const mine = ++number;
      try {
        const reply = await fetch(form.action, {
          method: "POST",
          headers: { "x-part": "1", "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams(new FormData(form)),
        });
        if (reply.redirected) {
          location.reload();
        } else if (reply.ok && mine === number) {
          target.innerHTML = await reply.text();
        }
      } catch (_) {
        // The button still sends the form.
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 180);
    });
  });

  // Words that meet light up together.
  each("[data-terms]", (box) => {
    const light = (event, on) => {
      const term = event.target.closest("[data-term]");
      if (term === null) return;
      each(`[data-term="${term.dataset.term}"]`, (one) => one.classList.toggle("lit", on), box);
    };
    box.addEventListener("mouseover", (event) => light(event, true));
    box.addEventListener("mouseout", (event) => light(event, false));
  });

  // Keys of the queue and of a review. A key never acts while somebody types.
  const typing = (event) =>
    event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, dialog[open]") !== null;
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
  const choose = (step) => {
    const all = rows();
    if (all.length === 0) return false;
    const now = all.findIndex((row) => row.classList.contains("chosen"));
    const next = Math.min(Math.max(now + step, 0), all.length - 1);
    all.forEach((row, at) => row.classList.toggle("chosen", at === next));
    const link = all[next].querySelector("a");
    if (link !== null) link.focus();
    all[next].scrollIntoView({ block: "nearest" });
    return true;
  };
  const press = (selector) => {
    const found = document.querySelector(selector);
    if (found === null) return false;
    found.click();
    if (found.matches("input[type=radio]")) {
      found.closest("form").querySelector("select:not(:disabled), textarea:not(:disabled)")?.focus();
    }
    return true;
  };
  const keys = {
    j: () => choose(1) || press("[data-key=j]"),
    k: () => choose(-1) || press("[data-key=k]"),
    t: () => press("[data-key=t]"),
    f: () => press("[data-key=f]"),
    n: () => press("[data-key=n]"),
    e: () => press("[data-key=e]"),
    c: () => press("[data-key=c]"),
    a: () => press("[data-key=a]"),
    r: () => press("[data-key=r]"),
    "/": () => { location.href = "/workbench/search"; return true; },
    "?": () => {
      const help = document.querySelector("dialog[data-help]");
      if (help === null) return false;
      help.showModal();
      return true;
    },
  };
  document.addEventListener("keydown", (event) => {
    // In the decision form, Ctrl and Enter send it from wherever one types.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.closest("form[data-decide]")?.requestSubmit();
      return;
    }
    // With a decision chosen, Enter sends it too, except where it has a meaning of its own.
    if (event.key === "Enter" && event.target.closest("form[data-decide] :is(select, input)") !== null) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (typing(event)) return;
    const act = keys[event.key];
    if (act !== undefined && act()) event.preventDefault();
  });

  // What a decision needs depends on the decision.
  each("form[data-decide]", (form) => {
    const fit = () => {
      const chosen = form.querySelector("input[name=deed]:checked");
      const deed = chosen?.value;
      form.elements.text.required = chosen?.hasAttribute("data-text") ?? false;
      each("[data-for]", (part) => {
        const fits = part.dataset.for.split(" ").includes(deed);
        part.hidden = !fits;
        each("select, input, textarea", (field) => { field.disabled = !fits; }, part);
      }, form);
    };
    form.addEventListener("change", fit);
    fit();
  });

  // A job tells how far it is; the page asks again when it has ended.
  each("[data-follow]", (box) => {
    const source = new EventSource(box.dataset.follow);
    const bar = box.querySelector("progress");
    const words = box.querySelector("[data-words]");
    source.addEventListener("progress", (event) => {
      const told = JSON.parse(event.data);
      if (told.total) { bar.max = told.total; bar.value = told.done; } else { bar.removeAttribute("value"); }
      words.textContent = told.words;
    });
    source.addEventListener("end", () => { source.close(); location.reload(); });
  });
})();
