
// Bars by component, before and after: told apart by their words and a hatch, not by colour alone.

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Rows: { label, before, after } with amounts, or null where there is no price.
function chart(rows, currency, width) {
  const most = rows.flatMap((row) => [row.before, row.after]).reduce((most, value) => (value > most ? value : most), 0n);
  const [left, right, each] = [58, 92, 66];
  const room = Math.max(width - left - right, 40);
  const length = (value) => (most === 0n ? 0 : Number((value * 10000n) / most) * room / 10000);
  const told = (value) => (value === null ? "unpriced" : money(value, currency));
  const svg = shape("svg", { role: "img", "aria-labelledby": "chart-title chart-text", viewBox: `0 0 ${width} ${rows.length * each + 4}`, height: rows.length * each + 4 });
  svg.append(shape("title", { id: "chart-title" }, "Billed a month by component, before and after"));
  const sentences = rows.map((row) => `${row.label}: ${told(row.before)} before, ${told(row.after)} after`);
  svg.append(shape("desc", { id: "chart-text" }, sentences.join("; ") + "."));
  const hatch = shape("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  hatch.append(shape("rect", { width: 6, height: 6, class: "after" }), shape("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "hatch" }));
  svg.append(hatch);
  rows.forEach((row, index) => {
    const top = index * each;
    svg.append(shape("text", { x: 0, y: top + 15 }, row.label));
    ["before", "after"].forEach((side, line) => {
      const [y, value] = [top + 22 + line * 19, row[side]];
      const bar = { x: left, y, width: value > 0n ? Math.max(length(value), 1) : 0, height: 15, class: side };
      svg.append(shape("text", { x: 0, y: y + 12, class: "quiet" }, side), shape("rect", bar));
      if (side === "after") svg.append(shape("rect", { ...bar, fill: "url(#hatch)", class: "" }));
      svg.append(shape("text", { x: left + bar.width + 6, y: y + 12 }, told(value)));
    });
  });
  return svg;
}
