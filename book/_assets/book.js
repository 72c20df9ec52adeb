// What the pages do beyond the theme. Everything can be read without it.

// A slow phone lays out the first screen, paints it, and then the rest. This stands first: what follows measures.
addEventListener("load", () => document.documentElement.classList.add("laid-out"));

// What scrolls sideways must be reachable by keyboard, and only that. The theme sees to code and to tables; this sees
// to formulas and to tables that a cell printed. What is folded away has no width, and is measured when it is opened.
(() => {
  const boxes = document.querySelectorAll("div.math > mjx-container, span.math, .cell_output .text_html");
  const mark = () => {
    const wide = [...boxes].map((box) => {
      const inline = box.localName === "span";
      const room = (inline ? box.closest("p, li, dd, dt, td, th, summary, figcaption, h1, h2, h3, h4, div") : box).clientWidth;
      return room > 0 && (inline ? box.firstElementChild?.offsetWidth : box.scrollWidth) > room + 1;
    });
    boxes.forEach((box, i) => {
      box.classList.toggle("wide", wide[i]);
      if (wide[i]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  };
  addEventListener("load", mark);
  addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true);
  document.addEventListener("change", mark); // a tab was chosen
  document.fonts?.addEventListener("loadingdone", mark); // a late font changes every width
})();

// Whoever came to an anchor, and has not moved, is taken there again when something above it changes its height.
(() => {
  const goal = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!goal) return;
  const observer = new ResizeObserver(() => goal.scrollIntoView({ behavior: "instant" }));
  observer.observe(document.body);
  for (const kind of ["wheel", "touchmove", "keydown", "mousedown"]) {
    addEventListener(kind, () => observer.disconnect(), { once: true, passive: true });
  }
})();

// A formula that is copied arrives as its TeX.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || !event.clipboardData) return;
  const copy = document.createElement("div");
  copy.append(selection.getRangeAt(0).cloneContents());
  const formulas = copy.querySelectorAll("[data-tex]");
  if (!formulas.length) return;
  for (const formula of formulas) {
    const sign = formula.localName === "div" ? "\n$$\n" : "$";
    formula.replaceChildren(sign + formula.dataset.tex + [...sign].reverse().join(""));
  }
  copy.style.cssText = "position: fixed; left: -9999px; white-space: pre-wrap";
  document.body.append(copy);
  event.clipboardData.setData("text/plain", copy.innerText);
  event.preventDefault();
  copy.remove();
});

// A figure that the screen makes small can be enlarged: by a tap, or with the button below it.
(() => {
  const enlarge = (image) => {
    const dialog = document.createElement("dialog");
    dialog.className = "enlarged";
    dialog.setAttribute("aria-label", "Enlarged figure");
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" });
    const large = image.cloneNode();
    large.style.width = `${Math.max(720, 2 * image.clientWidth)}px`;
    const pane = Object.assign(document.createElement("div"), { className: "bd-content", tabIndex: 0 });
    pane.append(large);
    dialog.append(close, pane);
    document.body.append(dialog);
    dialog.addEventListener("click", (event) => event.target !== large && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  };
  const offer = () => {
    for (const image of document.querySelectorAll(".bd-article img")) {
      const small = image.clientWidth > 0 && image.clientWidth < 0.9 * (Number(image.getAttribute("width")) || 0);
      const there = image.nextElementSibling?.classList.contains("enlarge") ? image.nextElementSibling : null;
      if (small && !there) {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "enlarge", textContent: "Enlarge" });
        button.addEventListener("click", () => enlarge(image));
        image.after(button);
        image.onclick = () => enlarge(image);
      } else if (!small && there) {
        there.remove();
        image.onclick = null;
      }
    }
  };
  addEventListener("load", offer);
  addEventListener("resize", offer);
  document.addEventListener("toggle", offer, true);
})();

// What has been read: kept in this browser, set by the button at a chapter's end, shown in the contents and on the map.
(() => {
  const root = new URL(document.documentElement.dataset.content_root, location.href).href;
  const name = (address) => new URL(address, location.href).href.split(/[?#]/)[0].replace(root, "");
  const kept = () => {
    try { return new Set(JSON.parse(localStorage.getItem("dlpath-read") ?? "[]")); } catch { return new Set(); }
  };
  const show = () => {
    const read = kept();
    for (const link of document.querySelectorAll(".dl-contents a, .path a")) {
      link.classList.toggle("read", read.has(name(link.getAttribute("href"))));
    }
    const button = document.querySelector("button.mark-read");
    button?.setAttribute("aria-pressed", read.has(name(location.href)));
  };
  document.querySelector("button.mark-read")?.addEventListener("click", () => {
    const read = kept(), here = name(location.href);
    if (!read.delete(here)) read.add(here);
    localStorage.setItem("dlpath-read", JSON.stringify([...read]));
    show();
  });
  show();
})();

// How a chapter is cited goes into the clipboard. Where the browser refuses that, the button shows the text instead.
document.querySelector("button.copy-citation")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  const copied = await navigator.clipboard?.writeText(button.dataset.citation).then(() => true, () => false);
  if (!copied) return button.replaceWith(Object.assign(document.createElement("p"), { className: "citation-text", textContent: button.dataset.citation }));
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy citation"; }, 2000);
});

// A report names the heading that is on the screen.
document.querySelector("a.report")?.addEventListener("click", (event) => {
  const above = [...document.querySelectorAll(".bd-article :is(h1, h2, h3)")].filter((h) => h.getBoundingClientRect().top < innerHeight / 2);
  const heading = above.at(-1)?.firstChild?.textContent.trim();
  if (heading) event.currentTarget.href = event.currentTarget.href.replace("HEADING", encodeURIComponent(heading));
});
