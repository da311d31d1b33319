
// The scene as others take it: a query, a command line.

function quoted(word) {
  return /^[\w@%+=:,.\/-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

// Flags that were given to the server come last: they count in its answers.
function commandLine(state, terms) {
  const sizes = [state.get("before") ?? "", state.get("after") ?? ""];
  const words = ["imgcost", "whatif", ...sizes];
  for (const [name, value] of state) {
    if (name === "before" || name === "after") continue;
    if (name === "compressed") words.push("--compressed");
    else if (value.startsWith("-")) words.push("--" + name + "=" + value);
    else words.push("--" + name, value);
  }
  return [...words, ...terms].map(quoted).join(" ");
}

// Readable: only what would mean something else is escaped.
function query(state) {
  const escaped = (text) => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%3D", "=").replaceAll("%2C", ",");
  return [...state].map(([name, value]) => escaped(name) + "=" + escaped(value)).join("&");
}
