use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use crate::failure::{Answer, Failure};

/// The longest that is waited for a registry at one time. One that asks for more is told to the
/// user instead.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);

const FIRST: Duration = Duration::from_millis(500);

/// How long to wait before another try, if one may help: twice as long each time, or as long as
/// the registry asks. There is no jitter: one process asks one thing at a time.
pub(crate) fn wait(failure: &Failure, retries_so_far: u32, now: SystemTime) -> Option<Duration> {
    let backoff = FIRST.saturating_mul(1 << retries_so_far.min(16)).min(LONGEST);
    match failure {
        Failure::Network(_) => Some(backoff),
        Failure::Answer(answer) => match answer.status {
            429 | 500 | 502..=504 if !is_used_up(answer) => {
                match answer.header("retry-after").and_then(|text| retry_after(text, now)) {
                    Some(asked) if asked > LONGEST => None,
                    Some(asked) => Some(asked),
                    None => Some(backoff),
                }
            }
            _ => None,
        },
        Failure::Refused(_) | Failure::Local(_) => None,
    }
}

/// Whether the registry says that a limit counted over hours has nothing left.
fn is_used_up(answer: &Answer) -> bool {
    answer
        .header("ratelimit-remaining")
        .is_some_and(|left| left.split(';').next().is_some_and(|count| count.trim() == "0"))
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    let left = date.with_timezone(&Utc) - DateTime::<Utc>::from(now);
    Some(left.to_std().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Problem;
    use ureq::http::HeaderMap;

    fn waited(status: u16, header: Option<(&'static str, &str)>, tries: u32) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = header {
            headers.insert(name, value.parse().unwrap());
        }
        // Wed, 21 Oct 2015 07:27:50 GMT, as `date -d @1445412470 -u` prints it.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_445_412_470);
        wait(&Failure::Answer(Box::new(Answer { status, headers, body: vec![] })), tries, now)
    }

    #[test]
    fn waits_double_up_to_a_minute() {
        let waits: Vec<_> =
            (0..9).map(|tries| waited(503, None, tries).unwrap().as_millis()).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        let network = Failure::Network(Problem::new("reset"));
        assert_eq!(wait(&network, 1, SystemTime::now()), Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_registry_says_how_long_in_seconds_or_by_a_date() {
        let asked = |value| waited(429, Some(("retry-after", value)), 0);
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(asked("Wed, 21 Oct 2015 07:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("soon"), Some(Duration::from_millis(500)));
        assert_eq!(asked("3600"), None, "an hour is for the user to wait");
    }

    #[test]
    fn nothing_is_tried_again_in_vain() {
        for status in [400, 401, 403, 404, 501] {
            assert_eq!(waited(status, None, 0), None, "{status}");
        }
        assert_eq!(waited(429, Some(("ratelimit-remaining", "0;w=21600")), 0), None);
        assert!(waited(429, Some(("ratelimit-remaining", "3;w=21600")), 0).is_some());
    }
}
