"use strict";
// The page can be read without this script. With it: sort, filter and search the list (/ goes there), follow links into closed rings,
// and light up what an account or a signal is joined to. Text enters the page through textContent alone.
(() => {
  const byId = (id) => document.getElementById(id);
  const isNarrow = matchMedia("(max-width: 45rem)").matches;

  // A link such as report.html#find=acct-17 looks an account or a value up and opens its ring.
  const find = (text) => {
    try {
      search.value = decodeURIComponent(text);
    } catch {
      search.value = text;
    }
    filter();
    const hit = byId("hits").querySelector("a");
    if (hit) hit.click();
    else byId("rings").scrollIntoView();
  };

  // --- links into closed parts ---------------------------------------------------------------------------------
  const openTarget = () => {
    if (location.hash.startsWith("#find=")) {
      find(location.hash.slice("#find=".length));
      return;
    }
    const id = location.hash.slice(1);
    const target = id && byId(id);
    if (!target) {
      if (id.startsWith("ring-")) find(id.slice("ring-".length));
      return;
    }
    // A ring that the page tells no more of leads to its row of the list, which a filter may hide.
    if (target.hidden) for (const control of controls) control.value = control.defaultValue ?? "";
    if (target.hidden) filter();
    if (target.hidden) showAll();
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView();
    const summary = target.querySelector(":scope > summary");
    if (summary) summary.focus({ preventScroll: true });
  };
  addEventListener("hashchange", openTarget);

  // --- the list ------------------------------------------------------------------------------------------------
  const list = byId("list");
  const body = list.tBodies[0];
  const rows = Array.from(body.rows);
  const texts = rows.map((row) => row.innerText.toLowerCase());
  const ringIds = rows.map((row) => row.cells[1].firstElementChild.textContent);
  const index = JSON.parse(byId("index").textContent);
  const controls = ["search", "assessment", "family", "smallest"].map(byId);
  const [search, assessment, family, smallest] = controls;

  const findIn = (groups, fits) => {
    const found = [];
    const names = new Set();
    const ids = new Set();
    let n = 0;
    for (const [ring, members] of groups) {
      for (const name of members) {
        if (!fits(name.toLowerCase())) continue;
        names.add(name);
        ids.add(ring);
        n += 1;
        if (found.length < 12) found.push([name, ring]);
      }
    }
    return { found, ids, n: names.size, isCut: n > found.length };
  };

  const findAccounts = (wanted) =>
    findIn(wanted.length < 2 ? [] : index.accounts, (account) => account.includes(wanted));

  // A value is looked for by itself, and with its type before it: 192.0.2.9, ip 192.0.2.9, ip=192.0.2.9.
  const findValues = (wanted) => {
    const typed = wanted.replace(" ", "=");
    return findIn(wanted.length < 2 ? [] : index.values, (name) =>
      name.slice(name.indexOf("=") + 1).includes(wanted) || (typed.includes("=") && name.startsWith(typed)));
  };

  const said = ({ n, isCut }, noun, left) => {
    const known = left ? ` (${left.toLocaleString("en-GB")} ${noun}s of lower rank are not known to this search)` : "";
    const line = document.createElement("p");
    line.textContent = `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"} in rings match${n === 1 ? "es" : ""}${known}${isCut ? "; the first:" : n ? ":" : "."}`;
    return line;
  };

  const linkTo = (place, text) => {
    const link = document.createElement("a");
    link.textContent = text;
    link.setAttribute("href", `#${place}`);
    return link;
  };

  const showHit = (found, how, ring, why = "") => {
    const hit = document.createElement("p");
    const name = document.createElement("bdi");
    name.className = "v";
    name.textContent = found;
    hit.append(name, how, byId(`ring-${ring}`) ? linkTo(`ring-${ring}`, ring) : ring, why);
    byId("hits").append(hit);
  };

  const showHits = (all, noun, left) => {
    byId("hits").append(said(all, noun, left));
    for (const [found, ring] of all.found) showHit(found, " in ", ring);
  };

  const hubs = Array.from(document.querySelectorAll(".hubs tbody tr"), (row) => row.cells[0].textContent.trim().toLowerCase());
  const showHubs = (wanted) => {
    const n = hubs.filter((hub) => hub.includes(wanted) || hub.includes(wanted.replace("=", " "))).length;
    if (wanted.length < 2 || !n) return;
    const line = document.createElement("p");
    const told = `${n} value${n === 1 ? "" : "s"} that linked nobody match${n === 1 ? "es" : ""}; see `;
    line.append(told, linkTo("not-linked", "Not linked"), ".");
    byId("hits").append(line);
  };

  // Whom a person cleared is in no ring, and is looked for all the same.
  const showCleared = (wanted) => {
    const found = wanted.length < 2 ? [] : index.cleared.filter(([account]) => account.toLowerCase().includes(wanted));
    if (!found.length) return;
    const line = document.createElement("p");
    line.textContent = `${found.length.toLocaleString("en-GB")} cleared account${found.length === 1 ? "" : "s"} match${found.length === 1 ? "es" : ""}${found.length > 12 ? "; the first:" : ":"}`;
    byId("hits").append(line);
    for (const [account, ring, why] of found.slice(0, 12)) showHit(account, " stays out of ", ring, `: ${why}`);
  };

  // A long list shows its first rows until one asks for all; a search and a filter look through all of them.
  let most = isNarrow ? 10 : 100;
  const cut = () => {
    const fitting = Array.from(body.rows).filter((row) => !row.dataset.out);
    for (const row of rows) row.hidden = true;
    for (const row of fitting.slice(0, most)) row.hidden = false;
    const n = fitting.length;
    byId("all").hidden = n <= most;
    byId("all").textContent = `Show all ${n.toLocaleString("en-GB")}`;
    const which = `${n.toLocaleString("en-GB")} of ${rows.length.toLocaleString("en-GB")} rings`;
    byId("shown").textContent = n > most ? `${which} match, the first ${most} are shown` : `${which} shown`;
  };
  const showAll = () => {
    most = Infinity;
    cut();
  };

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    const accounts = findAccounts(wanted);
    const values = findValues(wanted);
    rows.forEach((row, place) => {
      const fits =
        (!wanted || texts[place].includes(wanted) || accounts.ids.has(ringIds[place]) || values.ids.has(ringIds[place])) &&
        (!assessment.value || row.dataset.assessment === assessment.value) &&
        (!family.value || row.dataset.families.includes(` ${family.value} `)) &&
        Number(row.dataset.members) >= Number(smallest.value || 0);
      row.dataset.out = fits ? "" : "out";
    });
    cut();
    byId("hits").replaceChildren();
    byId("hits").hidden = wanted.length < 2;
    showHits(accounts, "account", index.n_accounts_left);
    showHits(values, "value", index.n_values_left);
    if (index.n_unlisted && !accounts.n && !values.n) {
      const line = document.createElement("p");
      line.textContent = `The ${index.n_unlisted.toLocaleString("en-GB")} smaller groups are not searched here; graphlink explain answers for every account and value.`;
      byId("hits").append(line);
    }
    showCleared(wanted);
    showHubs(wanted);
  };

  // The first press shows the most first, where more is what one looks for; a rank or a day begins at the least.
  const falls = (header) => (header.classList.contains("n") ? header.getAttribute("aria-sort") !== "descending" : header.getAttribute("aria-sort") === "ascending");

  const sortBy = (header, column, falling = falls(header)) => {
    const number = header.dataset.sort === "number";
    const key = (row) => (number ? Number(row.cells[column].dataset.v) : row.cells[column].textContent.trim());
    const keyed = rows.map((row) => [key(row), row]);
    const order = number ? (a, b) => a[0] - b[0] : (a, b) => a[0].localeCompare(b[0], "en-GB");
    keyed.sort((a, b) => (falling ? -order(a, b) : order(a, b)));
    for (const other of list.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", falling ? "descending" : "ascending");
    body.append(...keyed.map(([, row]) => row));
    cut();
  };

  Array.from(list.tHead.rows[0].cells).forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sortBy(header, column));
    header.replaceChildren(button);
  });
  // A phone shows no headings to press.
  byId("order").addEventListener("change", (event) => {
    const [column, way] = event.target.value.split(" ");
    sortBy(list.tHead.rows[0].cells[column], Number(column), way === "down");
  });
  for (const control of controls) control.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      filter();
    }
    if (event.key === "Enter") byId("hits").querySelector("a")?.click();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, .stage")) return;
    event.preventDefault();
    search.focus();
  });
  byId("controls").hidden = false;
  byId("all").addEventListener("click", showAll);
  filter();
  // On a phone a ring is shown when it is asked for: all of them below each other are longer than anybody moves down.
  document.documentElement.classList.add("alive");
  if (isNarrow) for (const ring of document.querySelectorAll("details.ring[open]")) ring.open = false;

  // --- paper ---------------------------------------------------------------------------------------------------
  // Paper cannot be opened: what an open ring has in closed parts is printed, and how many rings are not is said.
  let opened = [];
  addEventListener("beforeprint", () => {
    showAll();
    opened = Array.from(document.querySelectorAll("details.ring[open] details:not([open])"));
    for (const part of opened) part.open = true;
    const rings = Array.from(document.querySelectorAll("details.ring"));
    const n = rings.filter((ring) => ring.open).length;
    const note = byId("printed");
    if (note) note.textContent = `This print has ${n} of the ${rings.length.toLocaleString("en-GB")} rings that the page shows in full; open the others to print them.`;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });

  // --- pictures ------------------------------------------------------------------------------------------------
  const join = (circle, mark) =>
    `M${circle.getAttribute("cx")} ${circle.getAttribute("cy")}L${mark.dataset.x} ${mark.dataset.y}`;

  const light = (picture, target) => {
    const marks = Array.from(picture.querySelectorAll(".mark"));
    const circles = Array.from(picture.querySelectorAll("circle"));
    const joined = (circle) => circle.dataset.s.split(" ").filter(Boolean).map(Number);
    const lit = new Set([target]);
    let path = "";
    const add = (circle, mark) => {
      lit.add(circle).add(mark);
      path += join(circle, mark);
    };
    if (target.tagName === "circle") for (const place of joined(target)) add(target, marks[place]);
    else for (const circle of circles) if (joined(circle).includes(marks.indexOf(target))) add(circle, target);
    for (const node of [...marks, ...circles]) node.classList.toggle("on", lit.has(node));
    picture.querySelector(".lit").setAttribute("d", path);
    picture.classList.add("dim");
  };

  const dark = (picture) => {
    picture.classList.remove("dim");
    picture.querySelector(".lit").setAttribute("d", "");
    for (const node of picture.querySelectorAll(".on")) node.classList.remove("on");
  };

  for (const picture of document.querySelectorAll(".network")) {
    picture.addEventListener("pointerover", (event) => {
      const target = event.target.closest("circle, .mark");
      if (target) light(picture, target);
      else dark(picture);
    });
    picture.addEventListener("pointerleave", () => dark(picture));
  }
  // Where a picture goes on beyond an edge, it fades there.
  const fade = (scroll) => {
    const left = scroll.scrollWidth - scroll.clientWidth;
    scroll.classList.toggle("fits", left <= 1);
    scroll.classList.toggle("from", scroll.scrollLeft > 1);
    scroll.classList.toggle("more", scroll.scrollLeft < left - 1);
  };
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => fade(entry.target)));
  for (const scroll of document.querySelectorAll(".scroll")) {
    sizes.observe(scroll);
    scroll.addEventListener("scroll", () => fade(scroll), { passive: true });
  }
  for (const dot of document.querySelectorAll(".scatter [data-ring]")) {
    if (!byId(`ring-${dot.dataset.ring}`)) continue;
    dot.classList.add("goes");
    dot.addEventListener("click", () => {
      location.hash = `ring-${dot.dataset.ring}`;
    });
  }
  // Once loaded: the browser moves the focus when it comes to the fragment by itself.
  addEventListener("load", openTarget);
})();
