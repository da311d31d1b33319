//! Which host a request may name. A page of a hostile site can make its own name lead to this machine
//! (DNS rebinding) and would then read the answers as its own: its requests name that site.

use std::net::IpAddr;

use hyper::Request;
use hyper::header::HOST;
use hyper::http::uri::Authority;

use crate::Audience;

/// Whether the request names a host that the server is meant to be reached by. Ports are not looked at,
/// as a tunnel may have its own.
pub(crate) fn is_meant<B>(request: &Request<B>, audience: &Audience) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let Ok(host) = Authority::try_from(host.as_bytes()) else { return false };
    // A request to a proxy names the host twice.
    let target = request.uri().authority();
    [Some(&host), target].into_iter().flatten().all(|host| is_ours(host, audience))
}

fn is_ours(host: &Authority, audience: &Audience) -> bool {
    if host.as_str().contains('@') {
        return false;
    }
    let name = host.host();
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let address = bare.parse::<IpAddr>().ok();
    if name.eq_ignore_ascii_case("localhost") || address.is_some_and(|a| a.is_loopback()) {
        return true;
    }
    match audience {
        Audience::ThisMachine => false,
        // No name can be made to stand for an address.
        Audience::Network(names) => {
            address.is_some() || names.iter().any(|known| known.eq_ignore_ascii_case(name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(host: &str, audience: &Audience) -> bool {
        is_meant(&Request::builder().header(HOST, host).body(()).unwrap(), audience)
    }

    #[test]
    fn this_machine_goes_by_its_loopback_names() {
        for host in ["localhost", "LOCALHOST:8787", "127.0.0.1:1", "127.1.2.3", "[::1]:8787"] {
            assert!(meant(host, &Audience::ThisMachine), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "evil.example:8787",
            "192.168.1.7",
            "x@localhost",
            "",
            "[::2]",
        ] {
            assert!(!meant(host, &Audience::ThisMachine), "{host}");
        }
    }

    #[test]
    fn a_network_may_use_addresses_and_the_names_told() {
        let network = Audience::Network(vec!["buildbox".into()]);
        for host in ["192.168.1.7:8787", "buildbox", "localhost"] {
            assert!(meant(host, &network), "{host}");
        }
        assert!(!meant("evil.example", &network));
    }

    #[test]
    fn one_host_is_named_no_more_and_no_less() {
        let none = Request::builder().body(()).unwrap();
        assert!(!is_meant(&none, &Audience::ThisMachine));
        let two = Request::builder().header(HOST, "localhost").header(HOST, "localhost");
        assert!(!is_meant(&two.body(()).unwrap(), &Audience::ThisMachine));
        let proxied = Request::builder().uri("http://evil.example/").header(HOST, "localhost");
        assert!(!is_meant(&proxied.body(()).unwrap(), &Audience::ThisMachine));
    }
}
