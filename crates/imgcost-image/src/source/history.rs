use super::wire::{Config, History};

/// What the history tells about one layer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) created: Option<String>,
    pub(super) created_by: Option<String>,
    /// Whether an image ended below it.
    pub(super) starts_image: bool,
}

/// What the history tells about each of `layers` layers, base first, and what to note about it.
///
/// Entries go with layers by their order alone. Where their numbers differ nobody can say which
/// entry is missing, so none is taken: a wrong instruction would be worse than none.
pub(super) fn steps(config: &Config, layers: usize) -> (Vec<Step>, Option<String>) {
    let none = |note: Option<String>| (vec![Step::default(); layers], note);
    let history = config.history.as_deref().unwrap_or_default();
    if history.is_empty() {
        let note = "there is no history: what made each layer is not known";
        return none((layers > 0).then(|| note.into()));
    }
    let filled = history.iter().filter(|entry| !entry.is_empty()).count();
    if filled != layers {
        return none(Some(format!(
            "the history names {filled} layers where there are {layers}: what made each layer is not known"
        )));
    }
    let mut closed = false;
    let mut steps = Vec::with_capacity(layers);
    for entry in history {
        if entry.is_empty() {
            closed |= closes_image(entry);
            continue;
        }
        steps.push(Step {
            created: entry.created.clone(),
            created_by: entry.created_by.clone(),
            starts_image: closed && !steps.is_empty(),
        });
        closed = false;
    }
    (steps, None)
}

/// Whether an entry is a `CMD` or `ENTRYPOINT`, with which Dockerfiles end.
fn closes_image(entry: &History) -> bool {
    let Some(text) = entry.created_by.as_deref() else { return false };
    // The classic builder writes `/bin/sh -c #(nop)  CMD ["node"]`, BuildKit `CMD ["node"]`.
    let text = text.split_once("#(nop)").map_or(text, |(_, instruction)| instruction);
    let word = text.split(|c: char| c.is_whitespace() || c == '[').find(|word| !word.is_empty());
    matches!(word, Some("CMD" | "ENTRYPOINT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One entry a line; a line in brackets is an empty one.
    fn config(lines: &[&str]) -> Config {
        let history: Vec<_> = lines
            .iter()
            .map(|line| {
                let empty = line.strip_prefix('(').and_then(|line| line.strip_suffix(')'));
                serde_json::json!({
                    "created_by": empty.unwrap_or(line),
                    "empty_layer": empty.is_some(),
                })
            })
            .collect();
        serde_json::from_value(serde_json::json!({ "history": history })).unwrap()
    }

    fn starts(lines: &[&str], layers: usize) -> Vec<bool> {
        steps(&config(lines), layers).0.iter().map(|step| step.starts_image).collect()
    }

    #[test]
    fn a_cmd_or_entrypoint_between_layers_marks_the_upper_one() {
        for last in [
            r#"(/bin/sh -c #(nop)  CMD ["bash"])"#,
            r#"(CMD ["node"])"#,
            r#"(CMD ["node"] # buildkit)"#,
            r#"(ENTRYPOINT ["docker-entrypoint.sh"])"#,
            r#"(/bin/sh -c #(nop) ENTRYPOINT["x"])"#,
        ] {
            assert_eq!(starts(&["ADD a /", last, "RUN b"], 2), [false, true], "{last}");
            assert_eq!(
                starts(&["ADD a /", last, "(ENV A=1)", "RUN b", "RUN c"], 3),
                [false, true, false]
            );
        }
    }

    #[test]
    fn other_entries_and_a_cmd_at_either_end_mark_nothing() {
        assert_eq!(starts(&["ADD a /", "(ENV A=CMD)", "(LABEL x=y)", "RUN b"], 2), [false, false]);
        assert_eq!(
            starts(&["(CMD [\"a\"])", "ADD a /", "RUN b", "(CMD [\"b\"])"], 2),
            [false, false]
        );
        assert_eq!(starts(&["ADD a /", "RUN CMD", "RUN b"], 3), [false, false, false]);
    }

    #[test]
    fn a_history_that_is_shorter_longer_or_absent_is_noted_and_not_used() {
        for (lines, note) in [
            (&["RUN a"][..], "the history names 1 layers where there are 2"),
            (&["RUN a", "RUN b", "RUN c"][..], "the history names 3 layers where there are 2"),
            (&[][..], "there is no history"),
        ] {
            let (steps, found) = steps(&config(lines), 2);
            assert_eq!(steps, vec![Step::default(); 2]);
            assert!(found.unwrap().starts_with(note));
        }
        assert_eq!(steps(&Config::default(), 0), (Vec::new(), None));
    }
}
