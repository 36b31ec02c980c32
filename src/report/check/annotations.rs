//! What the gate found as GitHub's workflow commands: a mark beside the line of the scenario that made the promise.
//!
//! The form is that of GitHub's documentation, "Workflow commands for GitHub Actions"; the escapes are those of
//! actions/toolkit, `packages/core/src/command.ts`. The runner reads them on stderr as on stdout (actions/runner,
//! `src/Runner.Worker/Handlers/ScriptHandler.cs`), so that stdout stays the answer's.

use super::say;
use crate::error::Place;
use crate::experiment::Verdict;
use crate::experiment::gate::Check;

/// A command a line: an error for what is broken or worse, a warning for what cannot be told. The figures of a policy share
/// one, since GitHub shows ten of a step at most.
pub fn annotations(check: &Check) -> String {
    let promises = check.promises.iter().map(|it| {
        let words = format!("{}: {} ({})", say::policy(check, it.policy), it.text, say::sides(it, check));
        command(it.verdict, &it.place, &format!("promise: {}", say::verdict(it.verdict)), &words)
    });
    let figures = (0..check.places.len()).flat_map(|policy| [Verdict::Broken, Verdict::Unsure].map(|it| figures(check, policy, it)));
    promises.chain(figures).flatten().collect()
}

/// The figures of a policy with this verdict.
fn figures(check: &Check, policy: usize, verdict: Verdict) -> Option<String> {
    let all = check.against.iter().flat_map(|it| &it.regressions).filter(|it| it.policy == policy && it.verdict == verdict);
    let (outcomes, words): (Vec<&str>, Vec<String>) = all.map(|it| (say::outcome(it, check), say::moved(it, check))).unzip();
    let title = format!("against the baseline: {}", outcomes.first()?);
    let words = format!("{}: {}", say::policy(check, policy), words.join("\n"));
    command(verdict, &check.places[policy], &title, &words)
}

fn command(verdict: Verdict, place: &Place, title: &str, words: &str) -> Option<String> {
    let kind = match verdict {
        Verdict::Holds => return None,
        Verdict::Broken => "error",
        Verdict::Unsure => "warning",
    };
    let title = property(&format!("coldcast, {title}"));
    let (line, column) = (place.line, place.column);
    Some(format!("::{kind} file={},line={line},col={column},title={title}::{}\n", property(&place.file), data(words)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_github_would_take_for_its_own_is_escaped() {
        let place = Place { file: "a,b:c.yaml".into(), line: 3, column: 7 };
        let command = command(Verdict::Broken, &place, "promise: broken", "100 % more\nthan: that, really").unwrap();
        assert_eq!(
            command,
            "::error file=a%2Cb%3Ac.yaml,line=3,col=7,title=coldcast%2C promise%3A broken::100 %25 more%0Athan: that, really\n"
        );
        assert_eq!(super::command(Verdict::Holds, &place, "promise", ""), None);
    }
}
