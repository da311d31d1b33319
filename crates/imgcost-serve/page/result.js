
// An answer on the page. Numbers are the answer's; only amounts of one component are added up, exactly.

const byId = (id) => document.getElementById(id);

// What names of components say in words.
const WORDS = { "peer-transfer": "transfer between peers", "nat-hours": "NAT gateway hours", "task-time": "task time pulling" };

function components(answer) {
  const rows = new Map();
  for (const line of answer.lines) {
    const row = rows.get(line.component) ?? { name: line.component, kind: line.kind, before: 0n, after: 0n, unpriced: { before: 0, after: 0 }, any: { before: 0, after: 0 } };
    rows.set(line.component, row);
    row.any[line.side] += 1;
    if (line.amount === null) row.unpriced[line.side] += 1;
    else row[line.side] += decimal(line.amount);
  }
  const order = ["billed", "capacity", "time"];
  const all = [...rows.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  for (const row of all) {
    row.label = (WORDS[row.name] ?? row.name.replaceAll("-", " ")) + (row.kind === "billed" ? "" : ` (${row.kind})`);
  }
  return all;
}

// Words of the text report.
function verdict(saving, currency) {
  const [month, deploy] = [decimal(saving.monthly.billed), decimal(saving.per_deploy.billed)];
  const shown = (value) => money(magnitude(value), currency);
  const [monthly, each] = [shown(month), shown(deploy)];
  let what = "changes nothing that is billed";
  if (month > 0n) what = deploy < 0n ? `saves ${monthly} a month, but costs ${each} more per deploy` : `saves ${monthly} a month, ${each} per deploy`;
  if (month < 0n) what = deploy > 0n ? `costs ${monthly} a month more, but ${each} less per deploy` : `costs ${monthly} a month more, ${each} per deploy`;
  return what;
}

function headline(answer) {
  const what = verdict(answer.saving, answer.currency);
  return answer.complete ? `Moving ${answer.title} ${what}.` : `Moving ${answer.title}: prices are missing. What has a price ${what}.`;
}

// The totals in the currency that the server was started with, if there is one.
function exchanged({ exchange, currency }) {
  if (!exchange) return "";
  const basis = `${exchange.source}, of ${exchange.on}`;
  return ` In ${exchange.currency} this ${verdict(exchange.saving, exchange.currency)}: 1 ${currency} is ${exchange.rate.slice(0, 8)} ${exchange.currency} (${basis}).`;
}

function why(answer) {
  const promise = answer.naive.monthly_saving;
  const formula = "Size × pulls × price";
  if (promise === null) return `${formula} cannot be told: the path has no price.`;
  if (decimal(promise) !== 0n) return `${formula} would promise ${money(decimal(promise), answer.currency)}: ${answer.naive.why}.`;
  const same = answer.quantities.before.cold_pull_bytes === answer.quantities.after.cold_pull_bytes;
  return `${formula} would promise ${money(0n, answer.currency)} too: ${same ? "both images have one size" : "nothing on this path is billed"}.`;
}

// How much there is of what costs that.
function howMuch(name, quantities) {
  const gib = (bytes) => short(decimal(bytes) / (1n << 30n));
  const plain = (value) => short(decimal(value));
  const both = (key, told, unit) => `${told(quantities.before[key])} → ${told(quantities.after[key])} ${unit}`;
  switch (name) {
    case "warm-pulls": return both("warm_pull_bytes", gib, "GiB");
    case "cold-pulls": return both("cold_pull_bytes", gib, "GiB");
    case "registry-storage": return both("storage_gib_month", plain, "GiB-month");
    case "build-minutes": return both("build_minutes", plain, "min");
    case "node-disk": return both("node_disk_gib_month", plain, "GiB-month; freed only if volumes shrink");
    default: return "";
  }
}

function put(id, text) { byId(id).textContent = text; }

// Rows of cells; the first is the row's heading, { number } stands to the right, { link } leads somewhere.
function fill(id, rows) {
  const made = rows.map(({ cells, kind = "" }) => {
    const row = document.createElement("tr");
    row.className = kind;
    cells.forEach((cell, index) => {
      const box = document.createElement(index === 0 ? "th" : "td");
      if (index === 0) box.scope = "row";
      const { number, text, link } = typeof cell === "string" ? { text: cell } : cell;
      if (number !== undefined) box.className = "number";
      if (link !== undefined && /^https?:\/\//.test(link)) {
        const anchor = document.createElement("a");
        Object.assign(anchor, { href: link, rel: "noreferrer", textContent: text });
        box.append(anchor);
      } else box.textContent = number ?? text;
      row.append(box);
    });
    return row;
  });
  byId(id).tBodies[0].replaceChildren(...made);
}

function componentRows(answer, rows) {
  const cell = (row, side) => {
    if (!row.any[side]) return "-";
    if (!row.unpriced[side]) return money(row[side], answer.currency);
    return row[side] === 0n ? "unpriced" : money(row[side], answer.currency) + " + ?";
  };
  const line = (row) => {
    const known = !row.unpriced.before && !row.unpriced.after;
    const saved = known ? money(row.before - row.after, answer.currency) : "unknown";
    const sides = [cell(row, "before"), cell(row, "after"), saved].map((number) => ({ number }));
    return { cells: [row.label, ...sides, howMuch(row.name, answer.quantities)] };
  };
  const billed = (figures, currency) => ({ number: money(decimal(figures.monthly.billed), currency) });
  const { percent_billed: percent } = answer.saving;
  const remark = !answer.complete ? "what has a price" : percent === null ? "" : change(percent);
  const totalIn = (name, { before, after, saving, currency }, remark) => {
    const sides = [before, after, saving].map((figures) => billed(figures, currency));
    return { kind: "total", cells: [name, ...sides, remark] };
  };
  const totals = [totalIn("billed", answer, remark)];
  if (answer.exchange) totals.push(totalIn(`billed in ${answer.exchange.currency}`, answer.exchange, ""));
  const isBilled = (row) => row.kind === "billed";
  return [...rows.filter(isBilled).map(line), ...totals, ...rows.filter((row) => !isBilled(row)).map(line)];
}

function priceRows(answer) {
  const seen = new Map();
  for (const { price } of answer.lines) {
    if (!price) continue;
    const where = price.to ? `${price.region} to ${price.to}` : price.region;
    const tiers = price.tiers?.length ? ", then by tiers" : "";
    const cells = [price.id, where, `${price.rate} ${answer.currency} per ${price.unit}${tiers}`, price.checked, { link: price.source, text: price.source }];
    seen.set(price.id + " " + where + " " + price.rate, { cells });
  }
  return [...seen.values()];
}

function drawChart(answer) {
  const priced = (row, side) => (row.unpriced[side] && row[side] === 0n ? null : row[side]);
  const rows = components(answer).filter((row) => row.kind === "billed");
  const bars = rows.map((row) => ({ label: row.label, before: priced(row, "before"), after: priced(row, "after") }));
  const width = Math.max(Math.floor(byId("chart").clientWidth), 240);
  byId("chart").replaceChildren(chart(bars, answer.currency, width));
}

function show(answer) {
  const amount = (value) => money(decimal(value), answer.currency);
  put("headline", headline(answer));
  put("monthly", amount(answer.saving.monthly.billed));
  const percent = answer.saving.percent_billed;
  put("percent", `billed ${amount(answer.before.monthly.billed)} → ${amount(answer.after.monthly.billed)}${percent === null ? "" : ", " + change(percent)}`);
  put("per-deploy", amount(answer.saving.per_deploy.billed));
  const naive = answer.naive.monthly_saving;
  put("naive", naive === null ? "unknown" : amount(naive));
  put("why", why(answer));
  put("setting", `Prices of ${answer.as_of}.${exchanged(answer)}`);
  const warnings = answer.complete ? answer.warnings : ["INCOMPLETE: some lines have no price; totals leave them out.", ...answer.warnings];
  byId("warnings").hidden = warnings.length === 0;
  byId("warnings").replaceChildren(...warnings.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  const rows = components(answer);
  fill("components", componentRows(answer, rows));
  drawChart(answer);
  const paths = answer.paths ?? [];
  byId("paths-part").hidden = paths.length === 0;
  const told = (value) => ({ number: value === null ? "unpriced" : amount(value) });
  fill("paths", paths.map((path) => ({ cells: [path.path, told(path.before), told(path.after), told(path.saving)] })));
  fill("assumptions", answer.assumptions.map(({ name, value, source }) => ({ cells: [name, value, source] })));
  fill("prices", priceRows(answer));
}
