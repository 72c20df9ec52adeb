// What scrolls sideways must be reachable by keyboard. The theme sees to code and to tables; this sees to mathematics.
(() => {
  const mark = () => {
    for (const box of document.querySelectorAll("div.math mjx-container, span.math, .cell_output .text_html")) {
      box.classList.remove("wide");
      const wide = box.scrollWidth > box.clientWidth;
      box.classList.toggle("wide", wide);
      if (wide) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("load", () => Promise.resolve(window.MathJax?.startup?.promise).then(mark));
  addEventListener("resize", mark);
  document.fonts?.addEventListener("loadingdone", mark); // a late font changes every width
})();

// Formulas take more room before they are drawn than after: whoever came to an anchor, and has not moved, is taken there again.
(() => {
  const goal = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!goal) return;
  const observer = new ResizeObserver(() => goal.scrollIntoView({ behavior: "instant" }));
  observer.observe(document.body);
  for (const kind of ["wheel", "touchmove", "keydown", "mousedown"]) {
    addEventListener(kind, () => observer.disconnect(), { once: true, passive: true });
  }
})();
