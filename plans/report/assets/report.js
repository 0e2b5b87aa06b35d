// Draws a plan and its faults on the map that folium has made, and ties map and list together.
// The words, the faults' texts and all figures are in the page already; without this script nothing but the map is missing.
"use strict";

const RADIUS = { error: 9, warning: 7, note: 5 }; // what matters most is seen even by who sees no colours

function drawReport(map, drawn, words) {
  const node = (name, text, kind) => {
    const made = document.createElement(name);
    if (text) made.textContent = text; // never as HTML: it comes from the plan
    if (kind) made.className = kind;
    return made;
  };
  const unpack = (steps) => {
    const points = [];
    let x = 0;
    let y = 0;
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      points.push([y / drawn.scale, x / drawn.scale]);
    }
    return points;
  };
  const layersOf = (shape, style) => [
    ...(shape.a ? [L.polygon(shape.a.map(unpack), { ...style, fillRule: "evenodd" })] : []),
    ...(shape.l ? [L.polyline(shape.l.map(unpack), { ...style, fill: false })] : []),
    ...(shape.p ?? []).map((point) => L.circleMarker(unpack(point)[0], { ...style, radius: 3 })),
  ];

  map.attributionControl.setPrefix('<a href="https://leafletjs.com" target="_blank" rel="noopener">Leaflet</a>');
  if (drawn.placed) L.control.scale({ imperial: false }).addTo(map);

  const areas = [];
  const looks = {
    area: { weight: 0.7, fillOpacity: 0.85 },
    regulation: { weight: 1.5, dashArray: "6 4", fill: false },
    line: { weight: 2, fillOpacity: 0.6 },
    boundary: { weight: 2.5, fill: false, interactive: false },
  };
  for (const [part, code, object, layer, shape] of drawn.parts) {
    const look = { color: drawn.strokes[part], ...looks[part] };
    if (part === "area") look.fillColor = drawn.colours[code].national;
    for (const each of layersOf(shape, look)) {
      if (part === "area") areas.push([each, code]);
      if (part !== "boundary") each.bindPopup(() => partCard(part, code, object, layer));
      each.addTo(map);
    }
  }

  const overlays = { difference: L.featureGroup(), repair: L.featureGroup() };
  for (const [change, object, before, after, shape] of drawn.overlays) {
    const look = { color: drawn.strokes[change], weight: 2.5, dashArray: "3 4", fillOpacity: change === "repaired" ? 0 : 0.5 };
    for (const each of layersOf(shape, look)) {
      each.bindPopup(() => changeCard(change, object, before, after)).addTo(overlays[change === "repaired" ? "repair" : "difference"]);
    }
  }
  for (const box of document.querySelectorAll("input[data-overlay]")) {
    box.addEventListener("change", () => (box.checked ? overlays[box.dataset.overlay].addTo(map) : overlays[box.dataset.overlay].remove()));
  }

  function changeCard(change, object, before, after) {
    const card = node("div");
    card.append(node("strong", words.changes[change]));
    if (before !== after) card.append(node("p", `${before || "–"} → ${after || "–"}`));
    if (object) card.append(node("p", `${words.object}: ${object}`));
    return card;
  }

  function partCard(part, code, object, layer) {
    const card = node("div");
    const [name, meaning, use] = part === "area" ? words.codes[code] : [layer, code, ""];
    card.append(node("strong", meaning && meaning !== name ? `${name} – ${meaning}` : name));
    if (use) card.append(node("p", `HILUCS: ${use}`));
    if (object) card.append(node("p", `${words.object}: ${object}`));
    return card;
  }

  // Notes first, errors on top; and spots above all shapes. What is nearly as large as the plan is not filled: it would
  // hide everything else.
  const onMap = new Map();
  const extent = (box) => (box.getEast() - box.getWest()) * (box.getNorth() - box.getSouth());
  const large = extent(map.getBounds()) / 20;
  const spots = [];
  for (const fault of [...drawn.faults].reverse()) {
    const color = drawn.strokes[fault.level];
    const shapes = L.featureGroup(layersOf(fault.shape, { color, weight: 3, fillColor: color, fillOpacity: 0.4 }));
    const whole = shapes.getBounds();
    if (fault.level === "note" || extent(whole) > large) shapes.setStyle({ fill: false });
    const spot = L.circleMarker(whole.getCenter(), {
      radius: RADIUS[fault.level], color: "#fff", weight: 2, fillColor: color, fillOpacity: 0.95,
    });
    for (const each of [shapes, spot]) each.bindPopup(() => faultCard(fault), { maxWidth: 340 });
    shapes.addTo(map);
    spots.push(spot);
    onMap.set(String(fault.n), { whole, spot });
  }
  for (const spot of spots) spot.addTo(map);

  function faultCard(fault) {
    const item = document.getElementById(`fault-${fault.n}`);
    const [title, text] = words.faults[fault.n];
    const card = node("div", "", `card ${fault.level}`);
    card.append(node("strong", title), node("p", item?.querySelector(".what").textContent ?? text));
    if (item) {
      const link = node("a", words["to-list"]);
      link.href = `#fault-${fault.n}`;
      card.append(link);
      mark(item);
    }
    return card;
  }

  function mark(item) {
    document.querySelector("li.chosen")?.classList.remove("chosen");
    item.classList.add("chosen");
    for (let at = item.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  }

  for (const button of document.querySelectorAll("button[data-fault]")) {
    const found = onMap.get(button.dataset.fault);
    if (!found) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      document.getElementById("map").scrollIntoView({ block: "nearest" });
      map.fitBounds(found.whole.pad(0.6), { maxZoom: 21, animate: false });
      found.spot.openPopup();
      mark(button.closest("li"));
      document.querySelector("#map .leaflet-container")?.focus({ preventScroll: true });
    });
  }

  for (const choice of document.querySelectorAll("input[name=colours]")) {
    choice.addEventListener("change", () => {
      for (const [layer, code] of areas) layer.setStyle({ fillColor: drawn.colours[code][choice.value] });
      for (const legend of document.querySelectorAll("[data-legend]")) legend.hidden = legend.dataset.legend !== choice.value;
    });
  }
  document.getElementById("map").dataset.drawn = String(onMap.size);
}

// Printing shows everything, also what is folded.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.open = true;
    folded.dataset.folded = "";
  }
});
addEventListener("afterprint", () => {
  for (const folded of document.querySelectorAll("details[data-folded]")) {
    folded.open = false;
    delete folded.dataset.folded;
  }
});
document.documentElement.classList.add("with-script");
