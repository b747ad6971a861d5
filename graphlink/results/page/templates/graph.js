"use strict";
// Explore a ring's graph: Cytoscape.js takes over what the picture shows, and opens cells on demand. All places were
// computed when the page was made. Text enters the page through textContent or is painted on a canvas.
(() => {
  if (typeof cytoscape === "undefined") return;
  const SPREAD = { cells: 3, accounts: 1.7 }; // The picture's places, moved apart for what cells hold.
  const APART = 11; // Half the room that an account takes inside an open cell.
  const LOWEST = 240; // Pixels of the screen that a graph has at least.
  const N_TOLD = 40; // Neighbours listed below the graph.
  const NAME = { size: 11, character: 6.7, gap: 4 }; // A signal's name in pixels of the screen, however near one looks.
  const TIERS = ["core", "probable", "peripheral", "possible_victim"];
  const number = (value) => value.toLocaleString("en-GB");

  const make = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const button = (text, act) => {
    const node = make("button", "", text);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  };

  // --- what is drawn -------------------------------------------------------------------------------------------
  const edge = (source, target, style, width) => ({
    group: "edges",
    data: { source, target, width },
    classes: `f${style}`,
  });

  const markOf = (id, style, name, title, size, position, parent) => ({
    group: "nodes",
    data: { id, name, title, size, parent },
    classes: `signal f${style}`,
    position,
  });

  const readPicture = (picture, spread) => {
    const marks = Array.from(picture.querySelectorAll(".mark"));
    const place = (x, y) => ({ x: spread * x, y: spread * y });
    const elements = marks.map((mark, rank) => {
      const { x, y, r, f, name } = mark.dataset;
      return markOf(`s${rank}`, f, name, mark.firstElementChild.textContent, 2 * r * Math.sqrt(spread), place(x, y));
    });
    picture.querySelectorAll("circle").forEach((circle, rank) => {
      const { cell, s } = circle.dataset;
      const id = cell === undefined ? `a${rank}` : `c${cell}`;
      elements.push({
        group: "nodes",
        data: {
          id,
          cell,
          name: cell === undefined ? "" : `cell ${cell}`,
          title: circle.firstElementChild.textContent,
          size: 2 * circle.getAttribute("r") * Math.sqrt(spread),
        },
        classes: cell === undefined ? `account ${circle.className.baseVal}` : "cell",
        position: place(circle.getAttribute("cx"), circle.getAttribute("cy")),
      });
      for (const mark of s.split(" ").filter(Boolean)) elements.push(edge(id, `s${mark}`, marks[mark].dataset.f, 1));
    });
    return elements;
  };

  // The inside of a cell: a box around its place, its accounts, and the signals that are not drawn anyway.
  const readInside = (inside, middle) => {
    const box = `b${inside.cell}`;
    const side = (2 * APART * Math.sqrt(inside.accounts.length + inside.signals.length)) / 1000;
    const place = (x, y) => ({ x: middle.x + side * x, y: middle.y + side * y });
    const elements = [{ group: "nodes", data: { id: box, name: `cell ${inside.cell}` }, classes: "box" }];
    const names = inside.signals.map(([x, y, style, name, title, drawn], rank) => {
      if (drawn >= 0) return `s${drawn}`;
      const id = `${box}s${rank}`;
      elements.push(markOf(id, style, name, title, 13, place(x, y), box));
      return id;
    });
    inside.accounts.forEach(([x, y, tier, title, joined], rank) => {
      const id = `${box}a${rank}`;
      elements.push({
        group: "nodes",
        data: { id, name: "", title, size: 9, parent: box },
        classes: `account t-${tier}`,
        position: place(x, y),
      });
      for (const signal of joined) elements.push(edge(id, names[signal], inside.signals[signal][2], 1));
    });
    return elements;
  };

  // --- how it looks --------------------------------------------------------------------------------------------
  const looks = () => {
    const computed = getComputedStyle(document.documentElement);
    const colour = (name) => computed.getPropertyValue(`--${name}`).trim();
    const shapes = JSON.parse(document.getElementById("shapes").textContent);
    const ink = colour("ink");
    const label = { label: "data(name)", color: ink };
    return [
      { selector: "node[size]", style: { width: "data(size)", height: "data(size)", "border-width": 0 } },
      { selector: ".signal", style: { ...label, shape: "polygon", "text-valign": "center", "text-halign": "right", "font-family": "monospace" } },
      { selector: ".cell", style: { ...label, "font-size": 22, "min-zoomed-font-size": 5, "background-color": colour("core"), "text-valign": "bottom", "text-margin-y": 4 } },
      { selector: ".box", style: { ...label, "min-zoomed-font-size": 8, shape: "round-rectangle", "background-color": colour("faint"), "background-opacity": 0.6, "border-width": 1, "border-color": colour("quiet"), padding: 10, "font-size": 22, "text-valign": "top" } },
      { selector: "edge", style: { "curve-style": "haystack", width: "data(width)", opacity: 0.35 } },
      ...shapes.map((points, style) => ({ selector: `node.f${style}`, style: { "background-color": colour(`f${style}`), "shape-polygon-points": points } })),
      ...shapes.map((points, style) => ({ selector: `edge.f${style}`, style: { "line-color": colour(`f${style}`) } })),
      ...TIERS.map((tier) => ({ selector: `.t-${tier}`, style: { "background-color": colour(tier === "possible_victim" ? "victim" : tier) } })),
      { selector: ".away", style: { opacity: 0.12 } },
      { selector: "edge.near", style: { opacity: 0.9 } },
      { selector: ".unnamed", style: { "text-opacity": 0 } },
      { selector: ".off", style: { display: "none" } },
      { selector: "node.chosen", style: { "border-width": 2, "border-color": ink, "text-opacity": 1 } },
    ];
  };

  // --- one graph -----------------------------------------------------------------------------------------------
  const explore = (figure) => {
    const insides = JSON.parse(figure.querySelector("script").textContent);
    const picture = figure.querySelector(".network");
    const isByCell = insides.length > 0;
    const room = make("div", "explore");
    const stage = make("div", "stage");
    stage.tabIndex = 0;
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-label", `Graph of ${figure.dataset.ring}. Arrow keys move it, plus and minus zoom, 0 shows all, Escape goes back to the picture.`);
    const drawn = make("p", "quiet drawn");
    drawn.setAttribute("role", "status");
    const told = make("div", "told");
    told.setAttribute("role", "status");
    const families = make("div", "tools families");
    families.setAttribute("role", "group");
    families.setAttribute("aria-label", "Kinds of signals");
    const tools = make("div", "tools");
    const switches = make("div", "tools cells-of");
    switches.setAttribute("role", "group");
    switches.setAttribute("aria-label", "Cells");
    room.append(tools, families, stage, drawn, told, switches);
    figure.querySelector(".scroll").after(room);
    figure.classList.add("exploring");

    const cy = cytoscape({
      container: stage,
      elements: readPicture(picture, SPREAD[isByCell ? "cells" : "accounts"]),
      layout: { name: "preset", fit: true, padding: 24 },
      style: looks(),
      minZoom: 0.05,
      maxZoom: 6,
      userZoomingEnabled: false,
      boxSelectionEnabled: false,
      autounselectify: true,
    });
    // A graph that is wider than high leaves no room empty above it.
    const shape = cy.elements().boundingBox({ includeLabels: false });
    stage.style.height = `${Math.max(LOWEST, Math.min(stage.offsetHeight, 60 + (stage.clientWidth - 48) * (shape.h / shape.w)))}px`;
    cy.resize();
    cy.fit(undefined, 24);
    const open = new Map();
    const whole = Number(figure.dataset.accounts);

    const say = () => {
      const accounts = cy.nodes(".account").length;
      const signals = `${number(cy.nodes(".signal").not(".off").length)} of ${number(Number(figure.dataset.signals))} shared signals`;
      if (!isByCell) {
        drawn.textContent = `Drawn: ${number(accounts)} of ${number(whole)} accounts and ${signals}.`;
        return;
      }
      let inOpen = 0;
      for (const inside of open.values()) inOpen += inside.n_accounts;
      const closed = cy.nodes(".cell").length;
      drawn.textContent =
        `Drawn: ${number(closed)} closed cell${closed === 1 ? "" : "s"}, ${number(open.size)} open with ${number(accounts)} of ` +
        `their ${number(inOpen)} accounts, and ${signals}. Of ${number(whole)} accounts, ${number(whole - accounts)} are ` +
        "not drawn one by one; members.csv lists all.";
    };

    // Names keep their size. One that would lie over a sign or a name waits until somebody looks nearer; what is joined
    // to most comes first.
    const writeNames = () => {
      if (cy.destroyed()) return; // What was to be drawn may come after the graph is closed.
      const scale = cy.zoom();
      const around = (node, left, right, height) => {
        const { x, y } = node.renderedPosition();
        return { left: x + left, right: x + right, top: y - height, bottom: y + height };
      };
      const half = (node) => (node.data("size") / 2) * scale;
      const taken = cy.nodes(".signal, .cell").map((node) => around(node, -half(node), half(node), half(node)));
      const covers = (one) => (other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
      cy.batch(() => {
        for (const signal of cy.nodes(".signal").sort((one, other) => other.degree() - one.degree())) {
          const from = half(signal) + NAME.gap;
          const to = from + NAME.character * signal.data("name").length;
          const right = around(signal, from, to, NAME.size / 2);
          const left = around(signal, -to, -from, NAME.size / 2);
          const isLeft = right.right > cy.width() && left.left >= 0; // An edge would cut it.
          const name = isLeft ? left : right;
          const hasRoom = !taken.some(covers(name));
          if (hasRoom) taken.push(name);
          signal.toggleClass("unnamed", !hasRoom);
          signal.style({ "font-size": NAME.size / scale, "text-halign": isLeft ? "left" : "right", "text-margin-x": (isLeft ? -NAME.gap : NAME.gap) / scale });
        }
      });
    };
    let waiting = 0;
    const writeNamesSoon = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(writeNames);
    };
    cy.on("viewport resize add remove", writeNamesSoon);

    const forget = () => {
      cy.elements().removeClass("away near chosen");
      told.textContent = "";
    };

    const choose = (node) => {
      forget();
      const around = node.closedNeighborhood();
      cy.elements().not(around).not(around.parents()).addClass("away");
      around.edges().addClass("near");
      node.addClass("chosen");
      const others = node.neighborhood().nodes().not(".off").sort((one, other) => other.degree() - one.degree());
      const more = others.length > N_TOLD ? `, of which ${N_TOLD} are listed` : "";
      const head = make("p");
      head.append(make("bdi", "", node.data("title")), ` Joined to ${others.length ? number(others.length) + more : "nothing that is drawn"}.`);
      const table = make("table", "plain");
      for (const other of others.slice(0, N_TOLD)) {
        const cell = make("td");
        cell.append(make("bdi", "", other.data("title")));
        const row = make("tr");
        row.append(cell, make("td", "n", `joined to ${number(other.neighborhood().nodes().length)}`));
        table.append(row);
      }
      told.replaceChildren(head, table);
    };

    // What a person looks for: one match is chosen, several are shown among the others.
    const seek = (text) => {
      const wanted = text.trim().toLowerCase();
      forget();
      if (!wanted) return;
      const found = cy.nodes(".account, .signal, .cell").not(".off").filter((node) => `${node.data("title")} ${node.data("name")}`.toLowerCase().includes(wanted));
      if (found.length === 1) choose(found[0]);
      else {
        if (found.length) cy.elements().not(found).addClass("away");
        found.addClass("chosen");
        told.textContent = `${number(found.length)} match.${isByCell && !found.length ? " Closed cells are not searched: open them first." : ""}`;
      }
      if (found.length) cy.animate({ fit: { eles: found, padding: 80 }, duration: 0 });
    };
    const seeker = make("label", "seek", "Find in this graph ");
    const box = make("input");
    box.type = "search";
    box.addEventListener("input", () => seek(box.value));
    seeker.append(box);

    const hidden = new Set();
    const hide = (elements) => {
      for (const style of hidden) elements.filter(`.${style}`).addClass("off");
    };
    for (const sign of figure.querySelectorAll(".legend .fam")) {
      const style = Array.from(sign.classList).find((name) => /^f[0-9]+$/.test(name));
      const switcher = button(sign.textContent.trim(), () => {
        const isOff = hidden.delete(style) ? false : Boolean(hidden.add(style));
        switcher.setAttribute("aria-pressed", String(!isOff));
        forget();
        cy.batch(() => cy.elements(`.${style}`).toggleClass("off", isOff));
        writeNamesSoon();
        say();
      });
      switcher.setAttribute("aria-pressed", "true");
      families.append(switcher);
    }

    const openCell = (inside) => {
      const cell = cy.getElementById(`c${inside.cell}`);
      if (!cell.length) return;
      const kept = cell.union(cell.connectedEdges());
      open.set(inside.cell, { ...inside, kept });
      const middle = { ...cell.position() };
      cy.batch(() => {
        kept.remove();
        hide(cy.add(readInside(inside, middle)));
      });
    };

    const closeCell = (inside) => {
      const { kept } = open.get(inside.cell);
      open.delete(inside.cell);
      cy.batch(() => {
        const box = cy.getElementById(`b${inside.cell}`);
        box.descendants().union(box).remove();
        hide(kept.restore());
      });
    };

    const toggle = (inside, wanted = !open.has(inside.cell)) => {
      if (wanted === open.has(inside.cell)) return;
      forget();
      (wanted ? openCell : closeCell)(inside);
      byCell.get(inside.cell).setAttribute("aria-pressed", String(wanted));
      say();
    };

    const toggleAll = (wanted) => {
      cy.batch(() => insides.forEach((inside) => toggle(inside, wanted)));
      cy.fit(undefined, 24);
    };

    const show = (id) => {
      const wanted = cy.getElementById(id);
      if (wanted.length) cy.fit(wanted, 60);
    };

    const toggleAndShow = (inside) => {
      toggle(inside);
      if (open.has(inside.cell)) show(`b${inside.cell}`);
      else cy.fit(undefined, 24);
    };

    const byCell = new Map();
    for (const inside of insides) {
      const toggler = button(`cell ${inside.cell} · ${number(inside.n_accounts)}`, () => toggleAndShow(inside));
      toggler.setAttribute("aria-pressed", "false");
      byCell.set(inside.cell, toggler);
      switches.append(toggler);
    }

    const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
    const back = () => {
      if (cy.destroyed()) return;
      cy.off("viewport resize add remove", writeNamesSoon);
      dark.removeEventListener("change", repaint);
      cancelAnimationFrame(waiting);
      cy.destroy();
      room.remove();
      figure.classList.remove("exploring");
      figure.querySelector("button.go").focus();
    };
    tools.append(
      button("Back to the picture", back),
      button("Show all", () => cy.fit(undefined, 24)),
      button("Nearer", () => zoom(1.4)),
      button("Farther", () => zoom(1 / 1.4)),
      seeker,
    );
    if (isByCell) {
      tools.append(
        button("Open all cells", () => toggleAll(true)),
        button("Close all cells", () => toggleAll(false)),
      );
    } else {
      switches.remove();
    }

    const keys = {
      ArrowLeft: () => cy.panBy({ x: 60, y: 0 }),
      ArrowRight: () => cy.panBy({ x: -60, y: 0 }),
      ArrowUp: () => cy.panBy({ x: 0, y: 60 }),
      ArrowDown: () => cy.panBy({ x: 0, y: -60 }),
      "+": () => zoom(1.4),
      "=": () => zoom(1.4),
      "-": () => zoom(1 / 1.4),
      0: () => cy.fit(undefined, 24),
      Escape: back,
    };
    stage.addEventListener("keydown", (event) => {
      const act = !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    // The wheel scrolls the page until somebody has taken hold of the graph.
    stage.addEventListener("focusin", () => cy.userZoomingEnabled(true));
    stage.addEventListener("focusout", () => cy.userZoomingEnabled(false));
    stage.addEventListener("pointerdown", () => stage.focus({ preventScroll: true }));
    cy.on("tap", (event) => {
      if (event.target === cy) forget();
      else if (event.target.hasClass("cell")) toggleAndShow(insides.find((inside) => `c${inside.cell}` === event.target.id()));
      else if (event.target.isNode() && !event.target.hasClass("box")) choose(event.target);
    });

    const dark = matchMedia("(prefers-color-scheme: dark)");
    const repaint = () => cy.style(looks());
    dark.addEventListener("change", repaint);
    say();
    writeNames();
    stage.focus({ preventScroll: true });
  };

  for (const figure of document.querySelectorAll("figure.graph")) {
    const go = button("Explore this graph", () => explore(figure));
    go.className = "go";
    figure.querySelector("figcaption").append(go);
  }
})();
