//! What a scenario promises: `expect:`, claims by policy, and `tolerances:`, how much worse than a baseline a figure may be.

use super::check::Findings;
use super::raw::RawScenario;
use super::tree::Node;
use crate::error::{Place, Problem, did_you_mean};
use crate::expression::{Claim, Fault, Tolerance, Vocabulary};

/// A claim that the scenario makes of a policy.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Position of the policy.
    pub policy: usize,
    /// What is claimed.
    pub claim: Claim,
    /// Where it is written.
    pub place: Place,
}

/// Stands for every policy.
const EVERY: &str = "*";

/// The document the expectations stand in.
pub(super) struct Document<'d> {
    pub file: &'d str,
    pub text: &'d str,
    pub tree: &'d Node,
}

impl Document<'_> {
    /// Every claim, policy by policy.
    pub(super) fn expectations(&self, raw: &RawScenario, vocabulary: &Vocabulary, findings: &mut Findings) -> Vec<Expectation> {
        let mut found = Vec::new();
        for (name, claims) in &raw.expect {
            let path = format!("expect.{name}");
            let policies: Vec<usize> =
                (0..vocabulary.policies.len()).filter(|it| name == EVERY || vocabulary.policies[*it] == *name).collect();
            if policies.is_empty() {
                let problem = Problem::new("unknown-name", &path, format!("there is no policy `{name}`"));
                findings.add(self.tree, problem.hint(did_you_mean(name, vocabulary.policies.iter().map(String::as_str))));
            }
            for (index, text) in claims.iter().enumerate() {
                let path = format!("{path}.{index}");
                match Claim::parse(text.trim_end(), vocabulary) {
                    Ok(claim) => found.extend(policies.iter().map(|policy| self.expectation(*policy, claim.clone(), &path))),
                    Err(fault) => self.tell(fault, &path, findings),
                }
            }
        }
        found.sort_by_key(|it| (it.policy, it.place.line, it.place.column));
        found
    }

    /// What is tolerated, figure by figure.
    pub(super) fn tolerances(&self, raw: &RawScenario, vocabulary: &Vocabulary, findings: &mut Findings) -> Vec<Tolerance> {
        let mut found = Vec::new();
        for (name, value) in &raw.tolerances {
            match Tolerance::parse(name, value, vocabulary) {
                Ok(tolerance) => found.push(tolerance),
                Err(fault) => self.tell(fault, &format!("tolerances.{name}"), findings),
            }
        }
        found
    }

    fn expectation(&self, policy: usize, claim: Claim, path: &str) -> Expectation {
        let (line, column) = self.tree.place(path);
        Expectation { policy, claim, place: Place { file: self.file.to_owned(), line, column } }
    }

    /// Tells a fault at its own column, where the text stands in the file as it was read.
    fn tell(&self, fault: Fault, path: &str, findings: &mut Findings) {
        let (line, column) = self.tree.place(path);
        let written: String =
            self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().chars().skip(column.saturating_sub(1)).collect();
        let unquoted = written.strip_prefix(['"', '\'']);
        let inside = usize::from(unquoted.is_some());
        let plain = unquoted.unwrap_or(&written).starts_with(&fault.text);
        let column = if plain { column + inside + fault.at.start } else { column };
        findings.add_at(line, column, fault.problem(path));
    }
}
