//! From what a book's file says to a [`Book`]: every problem at once, each with its path in the file.

mod entry;
mod head;
mod parts;
mod prices;

use std::collections::BTreeMap;

use super::book::Book;
use super::entry::AccountUnit;
use super::file::BookFile;
use crate::error::Problem;

/// Reads `text`, then checks it.
pub(super) fn parse(name: &str, text: &str) -> Result<Book, Vec<Problem>> {
    let file = serde_saphyr::from_str(text).map_err(|error| vec![unreadable(name, &error)])?;
    let mut check = Check { problems: Vec::new(), sources: Vec::new(), account_unit: None };
    let book = check.book(name, file);
    match book {
        Some(book) if check.problems.is_empty() => Ok(book),
        _ => Err(check.problems),
    }
}

fn unreadable(name: &str, error: &serde_saphyr::Error) -> Problem {
    let said = error.without_snippet().to_string();
    // The parser's first line says what and where; its advice on duplicate keys is for programmers.
    let said = said.lines().next().unwrap_or_default().replace(", set DuplicateKeyPolicy in Options if acceptable", "");
    let place = match error.location() {
        Some(at) if !said.contains("line ") => format!(" at line {}, column {}", at.line(), at.column()),
        _ => String::new(),
    };
    Problem::new("bad-book", "", format!("the price book `{name}` cannot be read: {said}{place}"))
}

/// Collects problems; what could not be read is left out of the book, which is then never handed out.
struct Check {
    problems: Vec<Problem>,
    sources: Vec<String>,
    account_unit: Option<AccountUnit>,
}

impl Check {
    fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Takes a problem down, below `path`.
    fn note<T>(&mut self, path: &str, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.report(problem.below(path))).ok()
    }

    fn book(&mut self, name: &str, file: BookFile) -> Option<Book> {
        self.sources = file.sources.keys().cloned().collect();
        self.head(&file);
        let rules = self.rules(&file);
        let sources = self.each(file.sources, |check, key, it| check.source(key, it));
        self.account_unit = file.account_unit.and_then(|it| self.account_unit(it));
        let classes = self.each(file.rates, |check, key, it| check.class(key, it));
        let types = self.each(file.types, |check, key, it| check.instance_type(key, it));
        let shapes = self.shapes(&file.specs, file.sizes);
        let free_grant = file.free_grant.map(|it| self.free_grant(it)).unwrap_or_default();
        let node = file.node.and_then(|it| self.node(it, &types));
        let load_balancer = file.load_balancer.map(|it| self.load_balancer(it));
        let extras = self.each(file.extras, |check, key, it| check.any_entry(&format!("extras.{key}"), it));
        Some(Book {
            name: name.to_owned(),
            platform: file.platform,
            region: file.region,
            currency: file.currency,
            date: file.date,
            source: file.source,
            note: file.note,
            rules: rules?,
            sources,
            classes,
            shapes,
            types,
            requests: file.requests.and_then(|it| self.entry("requests", it, super::UnitOf::Request)),
            account_unit: self.account_unit.clone(),
            free_grant,
            credit: file.credit.and_then(|it| self.entry("credit", it, super::UnitOf::Credit)),
            cluster: file.cluster.and_then(|it| self.entry("cluster", it, super::UnitOf::Thing)),
            node,
            load_balancer,
            extras,
        })
    }

    /// Every entry of a map, those that can be read.
    fn each<F, T>(&mut self, files: BTreeMap<String, F>, read: impl Fn(&mut Check, &str, F) -> Option<T>) -> BTreeMap<String, T> {
        files.into_iter().filter_map(|(key, file)| Some((key.clone(), read(self, &key, file)?))).collect()
    }
}
