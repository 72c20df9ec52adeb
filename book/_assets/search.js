// The search page: reads `search-index.js`, folds words as tools/search_index.py does, forgives misspellings.
(() => {
  const { hits, words, synonyms } = searchIndex;
  const fold = (word) => {
    word = word.toLowerCase();
    if (word.length > 4) {
      word = word.replace(/is(ation|e|ed|er|ing)$/, "iz$1").replace(/yse/, "yze").replace(/our(?=$|s$|ed|ing|al)/, "or").replace(/lled$/, "led");
    }
    if (word.length > 4 && word.endsWith("sses")) return word.slice(0, -2);
    if (word.length > 4 && word.endsWith("ies")) return word.slice(0, -3) + "y";
    return word.length > 3 && /[^su]s$/.test(word) && !word.endsWith("is") ? word.slice(0, -1) : word;
  };
  const wordsOf = (text) => (text.match(/[\p{L}\p{N}]+/gu) ?? []).map(fold);

  // How many letters to change, put in, take out or swap.
  const distance = (a, b) => {
    const rows = [...Array(a.length + 1)].map((_, i) => [i, ...Array(b.length).fill(0)]);
    rows[0] = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) for (let j = 1; j <= b.length; j++) {
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
    return rows[a.length][b.length];
  };
  const known = (word) => Object.hasOwn(words, word);
  const nearest = (word) => {
    const reach = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    const near = Object.keys(words).filter((other) => Math.abs(other.length - word.length) <= reach && distance(word, other) <= reach);
    const use = (other) => words[other].reduce((sum, value, i) => sum + (i % 2) * value, 0);
    return near.sort((a, b) => distance(word, a) - distance(word, b) || use(b) - use(a))[0];
  };

  // The words to look for, and those that were read otherwise than they were written.
  const understand = (text) => {
    const mended = [];
    let asked = wordsOf(text);
    if (Object.hasOwn(synonyms, asked.join(" "))) return { asked: synonyms[asked.join(" ")], mended };
    asked = asked.flatMap((word) => {
      if (known(word)) return [word];
      if (Object.hasOwn(synonyms, word)) return synonyms[word];
      const other = nearest(word);
      if (other) mended.push(other);
      return [other ?? word];
    });
    return { asked: synonyms[asked.join(" ")] ?? asked, mended };
  };

  const find = (asked) => {
    const score = new Map(), matched = new Map();
    for (const word of new Set(asked)) {
      const list = known(word) ? words[word] : [];
      for (let i = 0; i < list.length; i += 2) {
        score.set(list[i], (score.get(list[i]) ?? 0) + list[i + 1]);
        matched.set(list[i], (matched.get(list[i]) ?? 0) + 1);
      }
    }
    const phrase = asked.join(" "), has = (text) => ` ${wordsOf(text).join(" ")} `.includes(` ${phrase} `);
    return [...score].map(([index, sum]) => {
      const hit = hits[index];
      let total = sum * (matched.get(index) / new Set(asked).size) ** 2;
      if (has(hit.t)) total += wordsOf(hit.t).filter((word) => !/^\d+$/.test(word)).length <= asked.length + 1 || hit.k === "chapter" ? 150 : 40;
      const place = hit.h.find(([, heading]) => has(heading)) ?? hit.h.find(([, heading]) => asked.some((word) => wordsOf(heading).includes(word)));
      if (place && has(place[1])) total += 15;
      return { hit, place, total };
    }).sort((a, b) => b.total - a.total).slice(0, 20);
  };

  const KINDS = { chapter: "chapter", term: "glossary", section: "section", reference: "the package", page: "", list: "" };
  const element = (name, text, attributes = {}) => Object.assign(document.createElement(name), { textContent: text }, attributes);
  const show = (text) => {
    const box = document.getElementById("search-results");
    const { asked, mended } = understand(text);
    const found = asked.length ? find(asked) : [];
    box.replaceChildren();
    if (mended.length) box.append(element("p", `Read as “${asked.join(" ")}”.`, { className: "search-note" }));
    box.append(element("p", text ? (found.length ? `${found.length} pages and terms` : "Nothing was found. The glossary and the contents list may help.") : "", { className: "search-note" }));
    const list = element("ul", "", { className: "search" });
    for (const { hit, place } of found) {
      const item = document.createElement("li");
      const whole = !place || hit.k === "term";
      item.append(element("a", hit.t, { href: hit.u }));
      if (KINDS[hit.k]) item.append(element("span", ` ${KINDS[hit.k]}`, { className: "search-kind" }));
      if (!whole) item.append(element("br", ""), element("a", place[1], { href: `${hit.u}#${place[0]}`, className: "search-place" }));
      item.append(element("p", whole ? hit.s : place[2] || hit.s));
      list.append(item);
    }
    if (found.length) box.append(list);
  };
  const text = new URLSearchParams(location.search).get("q") ?? "";
  for (const input of document.querySelectorAll("form.bd-search input")) input.value = text;
  show(text);
})();
