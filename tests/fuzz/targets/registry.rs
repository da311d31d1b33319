//! A hostile registry. The first byte says what is asked of it, the rest is cut at lines of `----`:
//! each request gets the next piece as its whole reply. `HOST` stands for its address, `DIGEST2` and
//! `SIZE2` for the digest and length of the second piece's body, in the piece's own head and in
//! pieces before it.
//!
//! Replies lead to other addresses: run it without a network, as `run.sh` does.
#![no_main]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use imgcost_image::{Options, Platform, ReadLayers, Reference};
use imgcost_registry::{Client, ClientOptions, Credentials, Secret, Transport};
use libfuzzer_sys::fuzz_target;
use sha2::Digest as _;

/// More pieces than this are not used.
const MOST: usize = 12;

type Replies = Arc<Mutex<Vec<Vec<u8>>>>;

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let (host, served) = server();
    *served.lock().expect("a lock") = replies(&String::from_utf8_lossy(data), host);
    let credentials = match first / 4 % 2 {
        0 => Credentials::Anonymous,
        _ => Credentials::Given { username: "me".into(), password: Secret::new("secret") },
    };
    let mut options = ClientOptions::usual(Transport::PlainHttp, credentials);
    options.retries = 1;
    options.timeout = Duration::from_millis(500);
    options.sleep = Arc::new(|_| {});
    let client = Client::new(options);
    let platform = Platform::linux_amd64();
    let options = Options {
        platform: &platform,
        layers: ReadLayers::Yes,
        max_unpacked: 1 << 20,
        progress: &|_| {},
    };
    match first % 4 {
        0 | 1 => {
            let reference = format!("registry://{host}/shop/app:1");
            let _ = client.inspect(&Reference::parse(&reference).expect("a reference"), options);
        }
        2 => drop(client.versions(host, "shop/app", options, 3)),
        _ => drop(client.repositories(host)),
    }
});

/// The address of a server that answers with whatever is put into `Replies`, last first.
fn server() -> &'static (String, Replies) {
    static SERVER: OnceLock<(String, Replies)> = OnceLock::new();
    SERVER.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let replies = Replies::default();
        let theirs = Arc::clone(&replies);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
                let mut lines = BufReader::new(&stream).lines();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let reply = theirs.lock().expect("a lock").pop().unwrap_or_default();
                let _ = (&stream).write_all(&reply);
            }
        });
        (host, replies)
    })
}

/// The pieces as replies, last first.
fn replies(text: &str, host: &str) -> Vec<Vec<u8>> {
    let pieces: Vec<&str> = text.split("----\n").take(MOST).collect();
    let mut later = Vec::new();
    let mut replies = Vec::new();
    for (number, piece) in (1..=pieces.len()).rev().zip(pieces.iter().rev()) {
        // What follows an empty line is the body; the line's end before `----` is not in it.
        let (head, body) = piece.split_once("\n\n").unwrap_or((piece, ""));
        let body = filled(body.strip_suffix('\n').unwrap_or(body), host, &later);
        let hex: String =
            sha2::Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        later.push((number, format!("sha256:{hex}"), body.len()));
        let head = filled(head, host, &later).replace('\n', "\r\n");
        replies.push(format!("{head}\r\n\r\n{body}").into_bytes());
    }
    replies
}

/// A text with what `HOST` and the numbered words stand for.
fn filled(text: &str, host: &str, known: &[(usize, String, usize)]) -> String {
    let mut text = text.replace("HOST", host);
    for (number, digest, size) in known {
        text = text.replace(&format!("DIGEST{number}"), digest);
        text = text.replace(&format!("SIZE{number}"), &size.to_string());
    }
    text
}
