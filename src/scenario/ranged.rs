//! Figures that are not known exactly: a range in place of a value, as in `image: 300MB..500MB`.
//!
//! Found in the tree before anything is decoded. A run takes the middle; a sensitivity study takes other values, too.

use super::axis::number;
use super::tree::{Node, Value};
use crate::error::Problem;
use crate::units::{Kind, Quantity, Range};

/// A figure of which only the range is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranged {
    /// Where in the scenario: `services.shop.cold-start.image`; in a policy, `policies.NAME.` stands before it.
    pub path: String,
    /// As it is written: `300MB..500MB`.
    pub text: String,
    range: Range,
    /// Whether only whole numbers will do.
    pub(super) whole: bool,
    /// The way from the root: the position in each map and list.
    position: Vec<usize>,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Ranged {
    /// The value at this part of the way from the lower end (0) to the upper (1), as a person would write it.
    pub fn value(&self, part: f64) -> String {
        let value = self.range.at(part);
        self.range.write(if self.whole { libm::floor(value + 0.5) } else { value })
    }

    /// Whether it may turn out that only whole numbers will do.
    pub(super) fn may_be_whole(&self) -> bool {
        self.range.is_whole()
    }

    /// Puts a value in its place.
    pub(super) fn settle(&self, tree: &mut Node, part: f64) {
        self.put(tree, &self.value(part));
    }

    /// Puts a value in its place that is no whole number.
    pub(super) fn settle_fraction(&self, tree: &mut Node) {
        self.put(tree, &self.range.write(self.range.low.value + 0.5));
    }

    fn put(&self, tree: &mut Node, text: &str) {
        let node = self.position.iter().fold(tree, |node, index| node.child_mut(*index).expect("found there"));
        node.value = if self.range.kind() == Kind::Number { number(text) } else { Value::Text(text.to_owned()) };
    }
}

/// Parts of a scenario whose figures may be ranges.
const MAY_VARY: [&str; 4] = ["services", "policies", "config-autoscaler", "config-deployment"];

/// Every range of a scenario, in its order, and what is wrong with those that are none.
pub(super) fn find(base: &Node) -> (Vec<Ranged>, Vec<(usize, usize, Problem)>) {
    let mut search = Search::default();
    search.walk(base, &mut Vec::new(), &mut Vec::new());
    (search.found, search.problems)
}

#[derive(Default)]
struct Search {
    found: Vec<Ranged>,
    problems: Vec<(usize, usize, Problem)>,
}

impl Search {
    fn walk(&mut self, node: &Node, names: &mut Vec<String>, position: &mut Vec<usize>) {
        let children: Vec<(String, &Node)> = match &node.value {
            Value::Map(entries) => entries.iter().map(|(key, child)| (key.name.clone(), child)).collect(),
            Value::List(items) => items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect(),
            Value::Text(text) => return self.look(node, text, names, position),
            _ => return,
        };
        for (index, (name, child)) in children.into_iter().enumerate() {
            names.push(name);
            position.push(index);
            self.walk(child, names, position);
            names.pop();
            position.pop();
        }
    }

    fn look(&mut self, node: &Node, text: &str, names: &[String], position: &[usize]) {
        let Some((low, high)) = Range::split(text).filter(|(low, high)| is_quantity(low) && is_quantity(high)) else { return };
        let path = names.join(".");
        let top = names.first().map_or("", String::as_str);
        if ["name", "question", "expect"].contains(&top) {
            return;
        }
        let refused = match Range::of(low, high) {
            _ if !MAY_VARY.contains(&top) => {
                let problem = Problem::new("range", path, format!("`{text}` is a range, and `{top}` holds for every run alike"));
                problem.hint("only figures of services and policies may be ranges")
            }
            Err(error) => Problem::new("range", path, error.0),
            Ok(range) => {
                let (line, column) = (node.line, node.column);
                let (text, position) = (text.to_owned(), position.to_vec());
                self.found.push(Ranged { path, text, range, whole: false, position, line, column });
                return;
            }
        };
        self.problems.push((node.line, node.column, refused));
    }
}

fn is_quantity(text: &str) -> bool {
    text.parse::<Quantity>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "run: { horizon: 1d }\nservices:\n  s:\n    image: 300MB..500MB\n    folder: ../1..x\n    list: [ 1, 2..4 ]\npolicies:\n  p: { services.s.cpu: 10ms..30ms }\n";

    #[test]
    fn ranges_are_found_wherever_figures_stand() {
        let (found, problems) = find(&Node::parse(TEXT).unwrap());
        let shown: Vec<String> = found.iter().map(|it| format!("{} {} {}:{}", it.path, it.value(0.5), it.line, it.column)).collect();
        assert_eq!(shown, ["services.s.image 400MB 4:12", "services.s.list.1 3 6:16", "policies.p.services.s.cpu 20ms 8:24"]);
        assert!(problems.is_empty());
    }

    #[test]
    fn a_value_is_put_where_the_range_stood() {
        let mut tree = Node::parse(TEXT).unwrap();
        for ranged in find(&tree).0 {
            ranged.settle(&mut tree, 1.0);
        }
        let expected = TEXT.replace("300MB..500MB", "500MB").replace("2..4", "4").replace("10ms..30ms", "30ms");
        assert!(tree.says_the_same(&Node::parse(&expected).unwrap()));
    }

    #[test]
    fn ranges_that_are_none_have_a_place() {
        for (from, to, place, words) in [
            ("300MB..500MB", "500MB..300MB", (4, 12), "reversed"),
            ("300MB..500MB", "500MB..3s", (4, 12), "a size, but `3s` is a duration"),
            ("300MB..500MB", "5MB..5MB", (4, 12), "the same"),
            ("1d", "1d..2d", (1, 17), "holds for every run alike"),
        ] {
            let (_, problems) = find(&Node::parse(&TEXT.replace(from, to)).unwrap());
            let [(line, column, problem)] = problems.as_slice() else { panic!("{problems:?}") };
            assert!((*line, *column) == place && problem.message.contains(words), "{line}:{column} {problem:?}");
        }
    }
}
