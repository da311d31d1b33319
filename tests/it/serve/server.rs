//! The command as a server, and requests to it written out byte by byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::command::root;

/// The day whose prices all of these tests take.
pub const DAY: &str = "2026-11-23";

/// A running `imgcost serve`, which ends with the test.
pub struct Server {
    child: Child,
    /// Such as `127.0.0.1:41234`.
    pub address: String,
    /// What it said on standard error until it was ready.
    pub said: String,
    /// Keeps standard error open, and has what it says later.
    pub later: BufReader<std::process::ChildStderr>,
}

/// A reply, taken apart.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Server {
    /// Starts the server on a free port with these flags.
    pub fn start(flags: &[&str]) -> Self {
        Self::start_at(&[&["--listen", "127.0.0.1:0"], flags].concat())
    }

    /// The same where the flags say where.
    pub fn start_at(flags: &[&str]) -> Self {
        let mut child =
            command(&["--as-of", DAY]).args(flags).stderr(Stdio::piped()).spawn().unwrap();
        let mut later = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        later.read_line(&mut said).unwrap();
        let address = said.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("no address: {said}")).to_owned();
        Self { child, address, said, later }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Sends these bytes and reads to the end.
    pub fn send(&self, request: &[u8]) -> Reply {
        let mut stream = self.connect();
        // A server that refuses need not read to the end.
        let _ = stream.write_all(request);
        reply(stream)
    }

    pub fn get(&self, target: &str) -> Reply {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).as_bytes())
    }

    /// Interrupts it as Ctrl-C does and waits for its exit code.
    pub fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `imgcost serve FLAGS`, away from this machine's environment.
pub fn command(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imgcost"));
    command.arg("serve").args(flags).current_dir(root()).env("NO_COLOR", "1");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("IMGCOST_")) {
        command.env_remove(name);
    }
    command
}

pub fn reply(mut stream: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    // A connection may be reset after the reply was read.
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no reply: {:?}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head, body: bytes[end + 4..].to_vec() }
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The message and the help of a refusal.
    pub fn refusal(&self) -> (String, String) {
        let body: serde_json::Value = serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()));
        let part = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (part("error"), part("help"))
    }
}
