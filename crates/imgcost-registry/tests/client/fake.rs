//! A registry on loopback that answers by a script, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use imgcost_registry::{Client, ClientOptions, Credentials, Secret, Transport};

/// The first byte of a client that speaks TLS (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 22;

pub struct Fake {
    pub host: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

#[derive(Debug, Clone)]
pub struct Seen {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Fake {
    /// A registry that answers each request with what the function says; `host` is its own name.
    pub fn start(answer: impl Fn(&str, &Seen) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (name, log) = (host.clone(), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut first = [0];
                if stream.peek(&mut first).is_ok() && first == [TLS_HANDSHAKE] {
                    // As servers without TLS do.
                    write(&mut stream, &Reply::new(400, "this is no HTTP"));
                    continue;
                }
                if let Some(request) = read(&mut stream) {
                    log.lock().unwrap().push(request.clone());
                    write(&mut stream, &answer(&name, &request));
                }
            }
        });
        Self { host, seen }
    }

    /// One that answers the first request with the first reply, and so on; the last is repeated.
    pub fn script(replies: Vec<Reply>) -> Self {
        let at = Mutex::new(0);
        Self::start(move |_, _| {
            let mut at = at.lock().unwrap();
            *at += 1;
            replies[(*at - 1).min(replies.len() - 1)].clone()
        })
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).ok().filter(|read| *read > 0)?;
        let line = String::from_utf8(line).ok()?.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut seen = Seen { line: lines[0].clone(), headers, body: String::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    seen.body = String::from_utf8(body).unwrap();
    Some(seen)
}

fn write(stream: &mut TcpStream, reply: &Reply) {
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", reply.body.len());
    // A client that has read enough hangs up.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&reply.body));
}

/// A client over plain HTTP, and what it would have waited, in milliseconds.
pub fn client(credentials: Credentials) -> (Client, Arc<Mutex<Vec<u128>>>) {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&waits);
    let options = ClientOptions {
        sleep: Arc::new(move |wait| log.lock().unwrap().push(wait.as_millis())),
        ..ClientOptions::usual(Transport::PlainHttp, credentials)
    };
    (Client::new(options), waits)
}

pub fn anonymous() -> Client {
    client(Credentials::Anonymous).0
}

pub fn given(username: &str, password: &str) -> Credentials {
    Credentials::Given { username: username.into(), password: Secret::new(password) }
}
