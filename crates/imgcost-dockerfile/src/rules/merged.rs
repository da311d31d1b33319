//! Several steps as one, for the help of `cleanup-in-later-layer`: what one step makes and another
//! deletes is in no layer when both are one, and all between them that may use it.

use imgcost::image::Trigger;

use super::order::needs_nothing;
use super::rewrite::{parts, run};
use super::seen::{At, Seen};
use crate::read::Kind;

/// The most steps that are made one.
const MOST: usize = 12;

/// A step and a later one as one, with all `RUN` between them; what else stands there comes first.
/// `None` where that would change what they do.
pub(super) fn in_one_step(seen: &Seen<'_>, made: &At<'_>, deleted: &At<'_>) -> Option<String> {
    if made.id.stage != deleted.id.stage {
        return None;
    }
    let steps: Vec<At<'_>> = seen
        .steps(made.id.stage)
        .filter(|at| made.id <= at.id && at.id <= deleted.id)
        .take(MOST + 1)
        .collect();
    let (mut above, mut flags, mut scripts) = (Vec::new(), Vec::<String>::new(), Vec::new());
    if steps.len() > MOST {
        return None;
    }
    // Sources above an install of packages would cut the cache before it, which costs more.
    let sources = |at: &At<'_>| {
        matches!(at.instruction.kind, Kind::Copy(_))
            && seen.plan.step(at.id).is_some_and(|step| step.inputs.contains(Trigger::Deploy))
    };
    let installs =
        |at: &At<'_>| at.done.installs.iter().any(|(_, install)| !install.manager.is_system());
    if steps.iter().any(sources) && steps.iter().any(installs) {
        return None;
    }
    for at in &steps {
        let text = seen.text(at);
        match &at.instruction.kind {
            Kind::Run(_) => {
                let (own, script) = parts(&text);
                if script.contains('\n') || script.starts_with('[') {
                    return None;
                }
                let new =
                    own.split_whitespace().filter(|flag| !flags.iter().any(|known| known == flag));
                let new: Vec<String> = new.map(str::to_owned).collect();
                flags.extend(new);
                scripts.push(script.to_owned());
            }
            // These come before what was made then, which must not mind.
            Kind::Copy(_) | Kind::Workdir(_) | Kind::Env(_) | Kind::Arg(_)
                if needs_nothing(made, made.commands()) =>
            {
                above.push(text);
            }
            Kind::Label(_) | Kind::Expose(_) | Kind::Cmd(_) | Kind::Healthcheck(_) => {}
            _ => return None,
        }
    }
    above.push(run(&flags.join(" "), &scripts.join(" && \\\n    ")));
    Some(above.join("\n"))
}
