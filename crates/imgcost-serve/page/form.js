
// The controls: their names are the names of flags, and what is left empty takes the flag's default.

const form = byId("form");
const choices = JSON.parse(byId("choices").textContent);
const controls = [...form.querySelectorAll("[name]")];
// Parameters that no control is for: they are passed on, so that the answer says what is wrong with them.
let others = [];

function options(select, values, text = (value) => value) {
  const first = select.options[0];
  const kept = select.value;
  select.replaceChildren(...(first && first.value === "" ? [first] : []), ...values.map((value) => new Option(text(value), value)));
  choose(select, kept);
}

// A value that is not on the list is put there: it may come from a link.
function choose(select, value) {
  if (![...select.options].some((option) => option.value === value)) select.append(new Option(value, value));
  select.value = value;
}

const registryNow = () => choices.registries.find((registry) => registry.name === (byId("registry").value || choices.registry));

function networkNow() {
  const cloud = choices.clouds.find((cloud) => cloud.name === byId("cloud").value);
  return { registry: registryNow()?.network, nodes: cloud?.network ?? registryNow()?.network ?? "aws" };
}

const regionsOf = (network) => choices.regions.find((regions) => regions.name === network)?.values ?? [];

// What depends on other choices: regions on the cloud, plans on the registry.
function adapt() {
  const network = networkNow();
  options(byId("region"), regionsOf(network.registry ?? network.nodes));
  options(byId("remote"), regionsOf(network.nodes));
  options(byId("plan"), registryNow()?.plans ?? []);
  byId("remote-field").hidden = byId("path").value !== "cross-region=";
}

function setUp() {
  const titles = new Map(choices.registries.map((registry) => [registry.name, registry.title]));
  options(byId("registry"), [...titles.keys()], (name) => titles.get(name));
  options(byId("cloud"), choices.clouds.map((cloud) => cloud.name));
  byId("runners").replaceChildren(...["none", ...choices.runners].map((name) => new Option(name)));
  adapt();
}

// What a change of registry or cloud makes meaningless is forgotten.
function forget(changed) {
  if (changed !== "registry" && changed !== "cloud") return;
  for (const id of ["region", "plan", "remote"]) {
    byId(id).replaceChildren(...[...byId(id).options].filter((option) => option.value === ""));
  }
}

function read() {
  const state = new Map();
  for (const control of controls) {
    const value = control.type === "checkbox" ? (control.checked ? "true" : "") : control.value.trim();
    if (control.id === "path" && value === "cross-region=") state.set("path", value + byId("remote").value);
    else if (value !== "" || control.required) state.set(control.name, value);
  }
  for (const [name, value] of others) state.set(name, value);
  return state;
}

function write(parameters) {
  form.reset();
  for (const select of form.querySelectorAll("select")) select.value = select.options[0]?.value ?? "";
  others = [];
  const given = [...parameters];
  for (const [name, value] of given) {
    const control = controls.find((control) => control.name === name);
    const region = /^cross-region[=:]([^:]+)$/.exec(value);
    if (!control) others.push([name, value]);
    else if (control.type === "checkbox") control.checked = value !== "false";
    else if (name === "path" && region) {
      control.value = "cross-region=";
      choose(byId("remote"), region[1]);
    } else if (control.tagName === "SELECT") choose(control, value);
    else control.value = value;
  }
  adapt();
  if (given.some(([name]) => byId("more").querySelector(`[name="${CSS.escape(name)}"]`))) byId("more").open = true;
}

// Defaults are the answer's assumptions, so that they cannot differ from what was computed.
function showDefaults(answer) {
  const assumed = new Map(answer.assumptions.map(({ name, value }) => [name, value]));
  for (const control of controls) {
    const value = assumed.get(control.dataset.default ?? control.name);
    if (value === undefined) continue;
    const short = control.id === "keep" ? value.replace(/^keep-last = /, "") : control.id === "replicas" ? "every node" : value;
    if (control.tagName === "SELECT" && control.options[0].value === "") {
      control.options[0].textContent = control.value === "" ? `${short} (default)` : "default";
    } else if (control.tagName === "INPUT") control.placeholder = short;
  }
  slide();
}

// Sliders: 150 steps over three decades, to two digits.
const BYTES = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 1024, MiB: 1048576, GiB: 1073741824, TiB: 1099511627776 };

function amountOf(text, kind) {
  const found = /^\s*([\d.]+)\s*([A-Za-z]*|\/month)\s*$/.exec(text);
  if (!found) return null;
  const [, number, unit] = found;
  if (kind === "size") return unit in BYTES ? Number(number) * BYTES[unit] : null;
  return unit === "" || (kind === "rate" && unit === "/month") ? Number(number) : null;
}

function textOf(position, kind) {
  const decades = position / 50;
  if (kind !== "size") {
    const count = String(Math.max(1, Number((10 ** decades).toPrecision(2))));
    const whole = String(Math.round(Number(count)));
    return kind === "rate" ? whole + "/month" : whole;
  }
  const bytes = Number((10 ** (7 + decades)).toPrecision(2));
  return bytes >= 1e9 ? Number((bytes / 1e9).toPrecision(2)) + "GB" : Math.round(bytes / 1e6) + "MB";
}

// Sliders go where the fields are.
function slide() {
  for (const slider of form.querySelectorAll("[data-for]")) {
    const field = byId(slider.dataset.for);
    const text = field.value.trim() || field.placeholder;
    const amount = amountOf(text, slider.dataset.kind);
    if (amount > 0 && slider !== document.activeElement) {
      const decades = Math.log10(amount) - (slider.dataset.kind === "size" ? 7 : 0);
      slider.value = String(Math.round(decades * 50));
    }
    slider.setAttribute("aria-valuetext", text);
  }
}
