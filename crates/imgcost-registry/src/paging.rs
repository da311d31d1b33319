use std::collections::HashSet;

use imgcost_image::ImageError;
use serde::Deserialize;
use ureq::http::{HeaderMap, Uri};

use crate::address::{Host, Origin, Place, resolve};
use crate::auth::Scope;
use crate::client::Client;
use crate::failure::{Failure, Problem};

const MAX_PAGE: u64 = 8 << 20;
const MAX_PAGES: usize = 2_500;
const MAX_NAMES: usize = 250_000;
/// Tokens in links are long, but not longer than this.
const MAX_LINK: usize = 4_096;

#[derive(Deserialize)]
struct TagPage {
    // `null` in repositories whose last tag was deleted.
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct CatalogPage {
    repositories: Option<Vec<String>>,
}

impl Client {
    /// The tags of a repository, in the registry's order.
    ///
    /// # Errors
    /// In words for users, if the registry does not tell.
    pub fn tags(&self, host: &str, repository: &str) -> Result<Vec<String>, ImageError> {
        let place = Place::parse(host, repository, self.transport())?;
        let what = format!("registry://{host}/{repository}");
        let path = format!("/v2/{}/tags/list", place.repository);
        let scope = Scope::Pull(place.repository.clone());
        self.pages(&place.host, &scope, &path, |bytes| {
            let page: TagPage = serde_json::from_slice(bytes).ok()?;
            Some(checked(page.tags.unwrap_or_default(), is_tag, "tag"))
        })
        .map_err(|failure| self.explain(failure, &what, &place.host))
    }

    /// The repositories of a registry, in its order. Registries of many tenants, such as Docker
    /// Hub and GHCR, do not tell.
    ///
    /// # Errors
    /// In words for users, if the registry does not tell.
    pub fn repositories(&self, host: &str) -> Result<Vec<String>, ImageError> {
        let host = Host::parse(host, self.transport())?;
        let what = format!("registry://{}", host.name);
        let is_name = |name: &str| {
            name.len() <= 255 && Place::parse(&host.name, name, self.transport()).is_ok()
        };
        self.pages(&host, &Scope::Catalog, "/v2/_catalog", |bytes| {
            let page: CatalogPage = serde_json::from_slice(bytes).ok()?;
            Some(checked(page.repositories.unwrap_or_default(), is_name, "repository"))
        })
        .map_err(|failure| {
            let unwilling = matches!(&failure, Failure::Answer(answer)
                if matches!(answer.status, 401 | 403 | 404 | 405));
            let error = self.explain(failure, &what, &host);
            if unwilling {
                error.help("name repositories one by one: this registry may not list them")
            } else {
                error
            }
        })
    }

    /// All names on all pages.
    fn pages(
        &self,
        host: &Host,
        scope: &Scope,
        path: &str,
        read: impl Fn(&[u8]) -> Option<Result<Vec<String>, Failure>>,
    ) -> Result<Vec<String>, Failure> {
        // The most that distribution's default settings allow, and what other clients ask for.
        let mut next = format!("{path}?n=1000");
        let mut seen = HashSet::new();
        let mut names = Vec::new();
        while seen.len() < MAX_PAGES {
            if !seen.insert(next.clone()) {
                return Err(refused("the registry's pages lead in a circle"));
            }
            let page = self.document(host, scope, &next, "application/json", MAX_PAGE)?;
            let found = read(&page.bytes).ok_or_else(|| refused("the registry sends no list"))?;
            names.extend(found?);
            if names.len() > MAX_NAMES {
                return Err(refused("the registry lists more than 250,000 names"));
            }
            let here = host.address(&next).map_err(Failure::Local)?;
            match following(&page.headers, &here)? {
                Some(path) => next = path,
                None => return Ok(names),
            }
        }
        Err(refused("the registry's list has no end"))
    }
}

/// Where the next page is, if there is one: its path and query. A link to another host is an
/// error. One with another scheme is not: registries behind a proxy do not always know theirs.
fn following(headers: &HeaderMap, here: &Uri) -> Result<Option<String>, Failure> {
    let links = headers.get_all("link").iter().filter_map(|value| value.to_str().ok());
    let Some(target) = links.flat_map(parse).find(|link| link.next).map(|link| link.target) else {
        return Ok(None);
    };
    let next = Some(target).filter(|target| target.len() <= MAX_LINK);
    let next = next
        .and_then(|target| resolve(here, target))
        .ok_or_else(|| refused("the registry's next page is no address"))?;
    let same = match (Origin::of(here), Origin::of(&next)) {
        (Some(here), Some(next)) => {
            let default = |origin: &Origin| origin.port == if origin.tls { 443 } else { 80 };
            here.host == next.host && (here.port == next.port || (default(&here) && default(&next)))
        }
        _ => false,
    };
    if !same {
        return Err(refused("the registry's next page is on another host"));
    }
    Ok(next.path_and_query().map(|path| path.as_str().to_owned()))
}

struct Link<'h> {
    target: &'h str,
    next: bool,
}

/// The links of one header (RFC 8288): `<target>; rel="next", ...`.
fn parse(header: &str) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let end = after.find('<').unwrap_or(after.len());
        let (parameters, following) = after.split_at(end);
        let next = parameters.split([';', ',']).any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value
                        .trim()
                        .trim_matches('"')
                        .split_whitespace()
                        .any(|relation| relation.eq_ignore_ascii_case("next"))
            })
        });
        links.push(Link { target, next });
        rest = following;
    }
    links
}

/// Names become parts of addresses: none that is not well formed is taken.
fn checked(
    names: Vec<String>,
    is_name: impl Fn(&str) -> bool,
    kind: &str,
) -> Result<Vec<String>, Failure> {
    match names.iter().find(|name| !is_name(name)) {
        Some(name) => {
            let start: String = name.escape_debug().take(80).collect();
            Err(refused(&format!("the registry lists `{start}`, which is no name of a {kind}")))
        }
        None => Ok(names),
    }
}

/// As the distribution specification defines a tag.
fn is_tag(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.len() <= 128
        && name.bytes().next().is_some_and(word)
        && name.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

fn refused(problem: &str) -> Failure {
    Failure::Refused(Problem::new(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(link: &str) -> Result<Option<String>, Failure> {
        let here = "https://r.example/v2/a/tags/list?n=1000".parse().unwrap();
        following(&HeaderMap::from_iter([(ureq::http::header::LINK, link.parse().unwrap())]), &here)
    }

    #[test]
    fn links_are_relative_absolute_or_opaque() {
        for (link, expected) in [
            (r#"</v2/a/tags/list?last=1.0&n=2>; rel="next""#, "/v2/a/tags/list?last=1.0&n=2"),
            (
                r#"<https://r.example/v2/a/tags/list?next=dG9rZW4=>; rel=next"#,
                "/v2/a/tags/list?next=dG9rZW4=",
            ),
            (r#"<http://R.example:80/v2/x>; rel="next""#, "/v2/x"),
            (r#"</v2/first>; rel="first", </v2/x,y;z>; title="a"; rel="prev next""#, "/v2/x,y;z"),
            (r#"<?last=b>;rel="next""#, "/v2/a/tags/list?last=b"),
        ] {
            assert_eq!(next(link).ok().unwrap().as_deref(), Some(expected), "{link}");
        }
        assert_eq!(next(r#"</v2/x>; rel="prev""#).ok().unwrap(), None);
    }

    #[test]
    fn a_link_to_another_host_or_port_is_refused() {
        for link in [
            r#"<https://evil.example/v2/a>; rel="next""#,
            r#"<//evil.example/v2/a>; rel="next""#,
            r#"<https://r.example:8443/v2/a>; rel="next""#,
            r#"<https://r.example@evil.example/v2/a>; rel="next""#,
        ] {
            assert!(next(link).is_err(), "{link}");
        }
    }

    #[test]
    fn what_is_no_tag_is_not_taken() {
        assert!(is_tag("1.2.3-alpine_x"));
        for name in ["", ".hidden", "a/b", "a?b", "é", &"x".repeat(129)] {
            assert!(!is_tag(name), "{name}");
        }
    }
}
