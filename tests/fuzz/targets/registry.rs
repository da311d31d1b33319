//! A hostile registry: the input is cut at lines of `----`, and each request gets the next piece as
//! its whole reply.
#![no_main]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use imgcost_image::{Options, Platform, ReadLayers, Reference};
use imgcost_registry::{Client, ClientOptions, Credentials, Transport};
use libfuzzer_sys::fuzz_target;

type Replies = Arc<Mutex<Vec<Vec<u8>>>>;

/// The address of a server that answers with whatever is put into `Replies`.
fn server() -> &'static (u16, Replies) {
    static SERVER: OnceLock<(u16, Replies)> = OnceLock::new();
    SERVER.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
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
        (port, replies)
    })
}

fuzz_target!(|data: &[u8]| {
    let (port, replies) = server();
    let text = String::from_utf8_lossy(data);
    let text = text.replace("HOST", &format!("127.0.0.1:{port}"));
    let mut pieces: Vec<Vec<u8>> = text.split("----\n").map(|piece| piece.replace('\n', "\r\n").into_bytes()).collect();
    pieces.reverse();
    *replies.lock().expect("a lock") = pieces;
    let mut options = ClientOptions::usual(Transport::PlainHttp, Credentials::Anonymous);
    options.retries = 1;
    options.timeout = Duration::from_millis(500);
    options.sleep = Arc::new(|_| {});
    let client = Client::new(options);
    let platform = Platform::linux_amd64();
    let options =
        Options { platform: &platform, layers: ReadLayers::Yes, max_unpacked: 1 << 20, progress: &|_| {} };
    let reference = Reference::parse(&format!("registry://127.0.0.1:{port}/shop/app:1")).expect("a reference");
    let _ = client.inspect(&reference, options);
    let _ = client.tags(&format!("127.0.0.1:{port}"), "shop/app");
});
