//! Debian's Chromium, driven by its own ChromeDriver. WebDriver is JSON over HTTP: what these tests
//! need of it is less than a client with its runtime would bring.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::live_registry::tools;

/// What names an element in WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Browser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser that has never been used, without what it does in the background.
    pub fn start() -> Self {
        tools::ensure(&[("chromium", "chromium"), ("chromedriver", "chromium-driver")]);
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let port = port.expect("ChromeDriver names its port");
        let profile = tempfile::tempdir().unwrap();
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let base = format!("http://127.0.0.1:{port}/session");
        let answer = post(&base, &wanted);
        let session = format!("{base}/{}", answer["sessionId"].as_str().unwrap());
        let browser = Self { driver, session, _profile: profile };
        // What its own first page loads is none of ours.
        browser.command("url", json!({ "url": "about:blank" }));
        browser.requests();
        browser
    }

    /// Opens a file and waits until it is loaded.
    pub fn open(&self, page: &Path) {
        self.visit(&address(page));
    }

    /// Opens an address and waits until it is loaded.
    pub fn visit(&self, address: &str) {
        self.command("url", json!({ "url": address }));
    }

    /// The value of an expression on the page.
    pub fn value(&self, expression: &str) -> Value {
        self.command(
            "execute/sync",
            json!({ "script": format!("return {expression};"), "args": [] }),
        )
    }

    /// The text of every element that a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let all = format!("[...document.querySelectorAll({selector:?})].map(e => e.textContent)");
        serde_json::from_value(self.value(&all)).unwrap()
    }

    /// The exact amount in the `data` element that a selector finds first.
    pub fn amount(&self, selector: &str) -> String {
        let value = self.value(&format!("document.querySelector({selector:?}).value"));
        value.as_str().unwrap_or_else(|| panic!("{selector} has no amount")).to_owned()
    }

    /// Clicks as a mouse does.
    pub fn click(&self, selector: &str) {
        self.command(&format!("element/{}/click", self.element(selector)), json!({}));
    }

    /// Types as a keyboard does.
    pub fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.command(&format!("element/{element}/value"), json!({ "text": text }));
    }

    /// Presses and lets go of a key, wherever the focus is. WebDriver gives keys private characters.
    pub fn press(&self, key: char) {
        let strokes =
            json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.command("actions", json!({ "actions": [keyboard] }));
    }

    /// A window of this size, on a machine set to this theme.
    pub fn show_as(&self, width: u32, height: u32, theme: &str) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics);
        let feature = json!({ "name": "prefers-color-scheme", "value": theme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// A picture of what the window shows.
    pub fn screenshot(&self, file: &Path) {
        let answer = get(&format!("{}/screenshot", self.session));
        save(&answer, file);
    }

    /// The page on paper.
    pub fn print(&self, file: &Path) {
        save(&self.command("print", json!({ "background": false })), file);
    }

    /// What the console said that is worse than a remark.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.command("se/log", json!({ "type": "browser" }));
        let entries = entries.as_array().unwrap().iter();
        entries.filter(|entry| entry["level"] != "INFO").map(Value::to_string).collect()
    }

    /// The addresses that were asked for since the last call.
    pub fn requests(&self) -> Vec<String> {
        let entries = self.command("se/log", json!({ "type": "performance" }));
        let sent = |entry: &Value| {
            let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &event["message"];
            (message["method"] == "Network.requestWillBeSent")
                .then(|| message["params"]["request"]["url"].as_str().unwrap().to_owned())
        };
        entries.as_array().unwrap().iter().filter_map(sent).collect()
    }

    /// The answer to a command of the browser's developer tools.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }

    fn element(&self, selector: &str) -> String {
        let found = self.command("element", json!({ "using": "css selector", "value": selector }));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    fn command(&self, name: &str, parameters: Value) -> Value {
        post(&format!("{}/{name}", self.session), &parameters)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session, the driver only when told.
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The address of a file.
pub fn address(page: &Path) -> String {
    format!("file://{}", page.display())
}

fn post(address: &str, body: &Value) -> Value {
    let agent = agent();
    let sent =
        agent.post(address).header("Content-Type", "application/json").send(body.to_string());
    answer(sent.unwrap())
}

fn get(address: &str) -> Value {
    answer(agent().get(address).call().unwrap())
}

/// Failures have a text that says why: they are read like answers.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Value {
    let body = response.body_mut().with_config().limit(256 << 20).read_to_string().unwrap();
    assert!(response.status().is_success(), "{body}");
    let mut answer: Value = serde_json::from_str(&body).unwrap();
    answer["value"].take()
}

fn save(encoded: &Value, file: &Path) {
    std::fs::write(file, STANDARD.decode(encoded.as_str().unwrap()).unwrap()).unwrap();
}
