// Control charts come alive: tooltip, keys, zoom, drag, and the link to the table's rows. Draws nothing itself.
(() => {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent?.append(element);
    return element;
  };

  function alive(figure) {
    const svg = figure.querySelector("svg.control-chart");
    const source = figure.querySelector("script.chart-data");
    if (!svg || !source) return;
    const data = JSON.parse(source.textContent);
    if (!data.index.length) return;
    const plots = [...svg.querySelectorAll(".d-plot")];
    const slot = data.width / data.size;
    const places = data.index.map((i) => (i + 0.5) * slot);
    let zoom = 1, shift = 0, chosen = -1, drag = null, frame = 0;

    // The title element would show as a second tooltip; its words move to the label.
    svg.setAttribute("aria-label", svg.querySelector("title")?.textContent ?? "");
    svg.querySelector("title")?.remove();
    svg.setAttribute("tabindex", "0");
    const stretched = plots.flatMap((p) => [...p.querySelectorAll(".d-stretch")]);
    const pins = plots.flatMap((p) => [...p.querySelectorAll(".d-pin")]).map((pin) => {
      const [x, y] = pin.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
      return { pin, x, y };
    });
    const time = svg.querySelector(".d-time");
    const firstTime = time?.cloneNode(true);
    const cursors = plots.map((plot) => make("path", { class: "d-cursor", visibility: "hidden" }, plot));
    const rings = plots.map((plot) => make("circle", { class: "d-focus", r: 6.5, visibility: "hidden" }, plot));
    plots.forEach((plot) => {
      const surface = make("rect", { "data-surface": "", width: "100%", height: "100%", fill: "transparent" });
      plot.append(surface);
    });
    const tip = document.createElement("div");
    tip.className = "chart-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    figure.append(tip);

    const atScreen = (x) => x * zoom + shift;
    const inPlot = (event) => {
      const box = plots[0].querySelector("[data-surface]").getBoundingClientRect();
      return (event.clientX - box.left) * (data.width / box.width);
    };
    const nearest = (x) => {
      const wanted = (x - shift) / zoom;
      let low = 0, high = places.length - 1;
      while (low < high) { const mid = (low + high) >> 1; if (places[mid] < wanted) low = mid + 1; else high = mid; }
      return low > 0 && wanted - places[low - 1] < places[low] - wanted ? low - 1 : low;
    };

    function draw() {
      frame = 0;
      stretched.forEach((g) => g.setAttribute("transform", `translate(${shift} 0) scale(${zoom} 1)`));
      pins.forEach(({ pin, x, y }) => pin.setAttribute("transform", `translate(${atScreen(x)} ${y})`));
      figure.classList.toggle("zoomed", zoom > 1);
      times();
      mark();
    }
    const soon = () => { frame ||= requestAnimationFrame(draw); };

    function times() {
      if (!time) return;
      if (zoom === 1) { time.replaceChildren(...firstTime.cloneNode(true).childNodes); return; }
      const first = firstTime.querySelectorAll("text");
      const y = first[0].getAttribute("y"), count = first.length;
      const left = Number(plots[0].getAttribute("x"));
      const names = new Map();
      for (let k = 0; k < count; k += 1) {
        const n = nearest(((k + 0.5) / count) * data.width);
        const x = atScreen(places[n]);
        if (x >= 0 && x <= data.width) names.set(n, x);
      }
      time.replaceChildren(...[...names].map(([n, x]) => {
        const label = make("text", { class: "d-middle", x: left + x, y });
        label.textContent = data.labels[n];
        return label;
      }));
    }

    function mark() {
      data.panels.forEach((panel, k) => {
        const y = chosen < 0 ? null : panel.y[chosen];
        const x = chosen < 0 ? 0 : atScreen(places[chosen]);
        cursors[k].setAttribute("d", `M${x} 0V${plots[k].getAttribute("height")}`);
        cursors[k].setAttribute("visibility", chosen < 0 ? "hidden" : "visible");
        rings[k].setAttribute("cx", x);
        rings[k].setAttribute("cy", y ?? 0);
        rings[k].setAttribute("visibility", y === null ? "hidden" : "visible");
      });
    }

    const row = (n) => document.querySelector(`tr[data-point="${CSS.escape(data.rows[n])}"]`);
    function say(n) {
      tip.replaceChildren();
      const add = (text, tag = "div", cls = "") => {
        const line = document.createElement(tag);
        line.textContent = text;
        if (cls) line.className = cls;
        tip.append(line);
      };
      const i = String(data.index[n]);
      add(data.labels[n], "strong");
      if (data.details[i]) add(data.details[i]);
      data.panels.forEach((panel) => {
        add(`${panel.name} ${panel.values[n]} ${panel.unit}`.trim());
        (panel.signals[i] ?? []).forEach((rule) => add(rule, "span", "rule"));
        if (panel.excluded.includes(data.index[n])) add("excluded from the limits");
        if (panel.corrected.includes(data.index[n])) add("corrected");
      });
    }
    function choose(n, follow = true) {
      if (n === chosen) return;
      document.querySelectorAll("tr[data-point][aria-selected]").forEach((r) => r.removeAttribute("aria-selected"));
      chosen = n;
      mark();
      tip.hidden = n < 0;
      if (n < 0) return;
      const there = row(n);
      there?.setAttribute("aria-selected", "true");
      if (follow) there?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
      say(n);
      const box = plots[0].querySelector("[data-surface]").getBoundingClientRect();
      const home = figure.getBoundingClientRect();
      const x = box.left - home.left + atScreen(places[n]) * (box.width / data.width);
      const width = tip.offsetWidth;
      tip.style.left = `${Math.max(4, x + width + 20 > home.width ? x - width - 14 : x + 14)}px`;
      tip.style.top = `${box.top - home.top + 8}px`;
    }

    function zoomTo(wanted, x) {
      const next = Math.min(Math.max(wanted, 1), Math.max(1, data.size / 8));
      shift = x - (x - shift) * (next / zoom);
      zoom = next;
      shift = Math.min(0, Math.max(shift, data.width * (1 - zoom)));
      soon();
    }
    const slide = (by) => { shift = Math.min(0, Math.max(shift + by, data.width * (1 - zoom))); soon(); };
    const reset = () => { zoom = 1; shift = 0; soon(); };

    const fingers = new Map();
    svg.addEventListener("wheel", (event) => {
      if (!event.target.closest("[data-surface]") || (!event.ctrlKey && zoom === 1 && event.deltaY > 0)) return;
      event.preventDefault();
      zoomTo(zoom * Math.exp(-event.deltaY * 0.0018), inPlot(event));
    }, { passive: false });
    svg.addEventListener("dblclick", reset);
    svg.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("[data-surface]")) return;
      fingers.set(event.pointerId, inPlot(event));
      drag = { x: inPlot(event), moved: false };
      if (zoom > 1) svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      const x = inPlot(event);
      if (fingers.size === 2 && fingers.has(event.pointerId)) {
        const before = Math.abs(Math.max(...fingers.values()) - Math.min(...fingers.values())) || 1;
        fingers.set(event.pointerId, x);
        const ends = [...fingers.values()];
        zoomTo((zoom * (Math.abs(ends[0] - ends[1]) || 1)) / before, (ends[0] + ends[1]) / 2);
        return;
      }
      if (drag && zoom > 1) { slide(x - drag.x); drag = { x, moved: true }; return; }
      if (event.target.closest("[data-surface]")) choose(nearest(x), false);
    });
    const lift = (event) => { fingers.delete(event.pointerId); drag = null; };
    svg.addEventListener("pointerup", lift);
    svg.addEventListener("pointercancel", lift);
    svg.addEventListener("pointerleave", () => { if (document.activeElement !== svg) choose(-1); });
    svg.addEventListener("click", (event) => {
      if (event.target.closest("[data-surface]") && chosen >= 0) row(chosen)?.scrollIntoView({ block: "nearest" });
    });
    svg.addEventListener("blur", () => choose(-1));
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[event.key];
      const last = places.length - 1;
      let n = chosen;
      if (step) n = chosen < 0 ? (step > 0 ? 0 : last) : Math.min(last, Math.max(0, chosen + step));
      else if (event.key === "Home") n = 0;
      else if (event.key === "End") n = last;
      else if (event.key === "+") zoomTo(zoom * 1.5, chosen < 0 ? data.width / 2 : atScreen(places[chosen]));
      else if (event.key === "-") zoomTo(zoom / 1.5, chosen < 0 ? data.width / 2 : atScreen(places[chosen]));
      else if (event.key === "Escape") { choose(-1); reset(); } else return;
      event.preventDefault();
      if (n >= 0) {
        const x = atScreen(places[n]);
        if (x < 0 || x > data.width) slide(data.width / 2 - x);
        choose(n);
      }
    });

    const positions = new Map(data.rows.map((key, n) => [key, n]));
    const overRow = (event) => {
      const there = event.target.closest?.("tr[data-point]");
      if (there && positions.has(there.dataset.point)) choose(positions.get(there.dataset.point), false);
    };
    document.addEventListener("pointerover", overRow);
    document.addEventListener("focusin", overRow);
  }

  const all = (root) => root.querySelectorAll?.("figure[data-chart]:not([data-alive])").forEach((figure) => {
    figure.dataset.alive = "";
    alive(figure);
  });
  all(document);
  document.addEventListener("htmx:load", (event) => all(event.target.parentElement ?? document));
})();
