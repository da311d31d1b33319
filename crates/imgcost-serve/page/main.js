
// Changes lead to a request after a short rest; an answer that was overtaken is dropped.

const REST = 120;
let timer;
let asking = new AbortController();
let shown = null;

const here = () => query(read());

function takeAlong(text) {
  byId("command").textContent = commandLine(read(), choices.terms);
  byId("download").href = "/api/fleet.toml?" + text;
  byId("as-json").href = "/api/whatif?" + text;
}

async function ask() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const text = here();
  history.replaceState(null, "", "/?" + text);
  takeAlong(text);
  byId("results").setAttribute("aria-busy", "true");
  try {
    const reply = await fetch("/api/whatif?" + text, { signal });
    const answer = await reply.json();
    if (signal.aborted) return;
    if (reply.ok) succeed(answer);
    else fail(answer.error, answer.help);
  } catch (problem) {
    if (signal.aborted) return;
    fail("the server does not answer", "is imgcost serve still running?");
  }
  byId("results").setAttribute("aria-busy", "false");
  byId("results").dataset.shown = text;
}

function succeed(answer) {
  shown = answer;
  told("", "");
  show(answer);
  showDefaults(answer);
}

function fail(error, help) {
  told(error, help ?? "");
}

// An error stands where the result would; old numbers are said to be old.
function told(error, help) {
  document.querySelector(".headline").classList.toggle("wrong", error !== "");
  if (error) put("headline", "Error: " + error);
  put("problem-help", help && "Help: " + help);
  byId("problem-help").hidden = !help;
  byId("outdated").hidden = !error || !shown;
  byId("figures").hidden = error !== "" && !shown;
  byId("figures").classList.toggle("stale", error !== "");
  // The message names the flag, or the argument in capitals.
  const named = /'(?:--([a-z-]+)|<(BEFORE|AFTER)>)/.exec(error);
  const wrong = named && (named[1] ?? named[2].toLowerCase());
  for (const control of controls) {
    if (control.name === wrong) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-errormessage", "headline");
    } else {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-errormessage");
    }
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, REST);
}

form.addEventListener("input", ({ target }) => {
  if (target.dataset.for) {
    byId(target.dataset.for).value = textOf(Number(target.value), target.dataset.kind);
  }
  forget(target.id);
  adapt();
  slide();
  later();
});
form.addEventListener("submit", (event) => event.preventDefault());
byId("start-over").addEventListener("click", () => {
  write([]);
  slide();
  ask();
});

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    put("copied", what + " copied.");
  } catch {
    // Not allowed, as on a page of another machine without TLS: the text is selected instead.
    put("copied", "Your browser does not let this page copy: " + text);
    getSelection().selectAllChildren(byId("copied"));
  }
}
byId("copy-command").addEventListener("click", () => copy(byId("command").textContent, "Command"));
byId("copy-link").addEventListener("click", () => copy(location.origin + "/?" + here(), "Link"));

let width = 0;
new ResizeObserver(([box]) => {
  if (shown && Math.floor(box.contentRect.width) !== width) drawChart(shown);
  width = Math.floor(box.contentRect.width);
}).observe(byId("chart"));

function start() {
  write(new URLSearchParams(location.search));
  slide();
  ask();
}
addEventListener("popstate", start);
setUp();
start();
