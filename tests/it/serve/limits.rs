//! What a hostile or clumsy client cannot do.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use super::server::{Server, reply};

const ASK: &str = "/api/whatif?before=1.2GB&after=180MB";

#[test]
fn only_reading_is_possible() {
    let server = Server::start(&[]);
    let host = &server.address;
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let request =
            format!("{method} {ASK} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
        let reply = server.send(request.as_bytes());
        assert_eq!(reply.status, 405, "{method}");
        assert!(reply.head.contains("allow: get, head"), "{}", reply.head);
    }
    let head = server.send(format!("HEAD {ASK} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    assert_eq!((head.status, head.body.len()), (200, 0));
    let length = format!("content-length: {}", server.get(ASK).body.len());
    assert!(head.head.contains(&length), "{}", head.head);
    assert_eq!(server.get("/etc/passwd").status, 404);
    assert_eq!(server.get("/../../etc/passwd").status, 404);
}

#[test]
fn bodies_and_long_heads_are_refused() {
    let server = Server::start(&[]);
    let host = &server.address;
    let body =
        format!("GET {ASK} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000000000\r\n\r\nx");
    assert_eq!(server.send(body.as_bytes()).status, 413);
    let chunked = format!(
        "GET {ASK} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello"
    );
    assert_eq!(server.send(chunked.as_bytes()).status, 413);

    let long = server.get(&format!("{ASK}&region={}", "x".repeat(5000)));
    assert_eq!(long.status, 414);
    assert!(long.refusal().0.contains("4096 bytes"));
    let longer = server.get(&format!("{ASK}&region={}", "x".repeat(1 << 20)));
    assert!([414, 431].contains(&longer.status), "{}", longer.status);
    let header = format!("X-Long: {}\r\n", "x".repeat(1 << 20));
    let headers = "X-Many: 1\r\n".repeat(100);
    for more in [header, headers] {
        let request = format!("GET {ASK} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
        assert_eq!(server.send(request.as_bytes()).status, 431);
    }
    assert_eq!(server.send(b"\x16\x03\x01\x02\x00\r\n\r\n").status, 400);
    let many = format!("{ASK}{}", "&a=1".repeat(70));
    assert_eq!(server.get(&many).status, 400);
}

#[test]
fn a_name_that_was_made_to_lead_here_gets_no_answer() {
    let server = Server::start(&[]);
    let port = server.address.split(':').nth(1).unwrap();
    let with = |hosts: &str| server.send(format!("GET {ASK} HTTP/1.1\r\n{hosts}\r\n").as_bytes());
    for host in ["localhost", "127.0.0.1", "[::1]", &format!("LOCALHOST:{port}"), "localhost:1"] {
        assert_eq!(with(&format!("Host: {host}\r\n")).status, 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "192.168.1.2", "127.0.0.1@evil", ""] {
        let reply = with(&format!("Host: {host}\r\n"));
        assert_eq!(reply.status, 421, "{host}");
        assert!(reply.refusal().0.contains("does not answer for that host"));
    }
    assert_eq!(with("").status, 421);
    assert_eq!(with("Host: localhost\r\nHost: evil.example\r\n").status, 421);
    let proxied = b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(server.send(proxied).status, 421);
}

#[test]
fn other_sites_can_neither_read_nor_frame_it() {
    let server = Server::start(&[]);
    let from = format!(
        "GET {ASK} HTTP/1.1\r\nHost: {}\r\nOrigin: https://evil.example\r\n\r\n",
        server.address
    );
    let everywhere = [
        "x-content-type-options: nosniff",
        "x-frame-options: deny",
        "referrer-policy: no-referrer",
        "cross-origin-resource-policy: same-origin",
        "cache-control: no-store",
        "frame-ancestors 'none'",
    ];
    for reply in [server.send(from.as_bytes()), server.get("/"), server.get("/nothing")] {
        assert!(!reply.head.contains("access-control-"), "{}", reply.head);
        for header in everywhere {
            assert!(reply.head.contains(header), "{header}: {}", reply.head);
        }
    }
    let page = server.get("/").head;
    assert!(page.contains("default-src 'none'; script-src 'sha256-"), "{page}");
    assert!(!page.contains("unsafe"), "{page}");
}

#[test]
fn a_slow_client_does_not_keep_others_waiting() {
    let server = Server::start(&[]);
    let mut slow = server.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    let begun = Instant::now();
    assert_eq!(server.get(ASK).status, 200);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let server = Server::start(&[]);
    let mut slow = server.connect();
    let begun = Instant::now();
    // One byte at a time does not buy more of it.
    let _ = slow.write_all(b"GET / HTTP/1.1\r\nX: ");
    while slow.write_all(b"x").is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(20), "still open");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(begun.elapsed() > Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[test]
fn connections_are_bounded_and_places_come_free() {
    let server = Server::start(&[]);
    // All 64 places are taken by clients that say nothing.
    let idle: Vec<_> = (0..64).map(|_| server.connect()).collect();
    std::thread::sleep(Duration::from_millis(300));
    let mut waiting = server.connect();
    let request = format!("GET {ASK} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    waiting.write_all(request.as_bytes()).unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
    assert!(waiting.peek(&mut [0]).is_err(), "there was a 65th place");
    // They are shown the door after five seconds.
    waiting.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert_eq!(reply(waiting).status, 200);
    drop(idle);
}

#[test]
fn the_largest_scenes_at_once_are_all_answered() {
    let server = Server::start(&[]);
    let target = "/api/whatif?before=1GB&after=1MB&services=100";
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..12).map(|_| scope.spawn(|| server.get(target).status)).collect();
        for status in asked {
            assert_eq!(status.join().unwrap(), 200);
        }
    });
}

#[test]
fn an_interrupt_ends_it_in_peace() {
    let server = Server::start(&[]);
    assert_eq!(server.get("/").status, 200);
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn other_machines_are_let_in_only_loudly() {
    let flags = ["--listen", "0.0.0.0:0", "--allow-remote", "--allow-host", "buildbox"];
    let mut server = Server::start_at(&flags);
    let mut warning = String::new();
    server.later.read_line(&mut warning).unwrap();
    assert!(warning.contains("OTHER MACHINES CAN REACH THIS PAGE"), "{}{warning}", server.said);
    server.address = server.address.replace("0.0.0.0", "127.0.0.1");
    for (host, status) in [("buildbox:80", 200), ("192.0.2.7", 200), ("evil.example", 421)] {
        let request = format!("GET {ASK} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(server.send(request.as_bytes()).status, status, "{host}");
    }
}
