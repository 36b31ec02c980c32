//! A path and the values it is given one after another: `services.shop.container-concurrency=1..10`.
//!
//! | written | values |
//! |---|---|
//! | `1,2,5` or `10s,1m` or `{kpa: {}},{fixed: {instances: 2}}` | these |
//! | `1..10` | whole numbers, one by one |
//! | `1..10/2`, `30s..5m/30s` | in steps of 2, of 30 s |
//! | `30s..5m/4`, `0.1..0.9/x5` | 4 values, 5 values, at equal distances, both ends among them |
//! | `log:100ms..10s/5` | 5 values at equal ratios, to three digits |
//!
//! After the slash, what has the unit of the ends is a step; a number without a unit where the ends have one, or a number
//! after an `x`, is how many values. Between whole numbers there are whole numbers only: write `0.0..1.0/x5` for fractions.

use super::tree::{Node, Value};
use crate::error::{Error, Located, Place, Problem};
use crate::units::{Kind, Quantity, Range};

/// More values than this of one path are refused, and more cells of a grid.
pub const CELLS_MAX: usize = 10_000;

/// A path and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// How its argument is called: `--set`.
    pub flag: String,
    /// Where in the scenario: `services.shop.container-concurrency`.
    pub path: String,
    /// One after another; no two are the same.
    pub levels: Vec<Level>,
    /// Whether they were asked for at equal ratios.
    pub logarithmic: bool,
}

/// One value of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// As a person writes it.
    pub text: String,
    /// In the unit of its kind, if it is a quantity.
    pub quantity: Option<(f64, Kind)>,
    pub(super) node: Node,
}

/// What stands in the way of reading the values.
type Fault = (&'static str, String, Option<String>);

impl Axis {
    /// Reads `PATH=VALUES`. The place of a problem is the argument: `flag` and the path.
    pub fn parse(flag: &str, argument: &str) -> Result<Axis, Error> {
        let place = |path: &str| Place { file: format!("{flag} {path}"), ..Place::default() };
        let Some((path, values)) = argument.split_once('=') else {
            let problem = Problem::new("axis", "", "it has no values");
            let hint = format!("write a path, `=` and values, such as `{flag} services.shop.container-concurrency=1,10,100`");
            return Err(Error::Input(vec![Located { place: place(argument), problem: problem.hint(hint) }]));
        };
        let path = path.trim();
        let refuse = |(code, message, hint): Fault| {
            Error::Input(vec![Located { place: place(path), problem: Problem { hint, ..Problem::new(code, "", message) } }])
        };
        let (levels, logarithmic) = read_values(values).map_err(refuse)?;
        Ok(Axis { flag: flag.to_owned(), path: path.to_owned(), levels, logarithmic })
    }

    /// The place of its argument.
    pub fn place(&self) -> Place {
        Place { file: format!("{} {}", self.flag, self.path), ..Place::default() }
    }

    /// The values in the unit of their kind, if all are quantities of one kind.
    pub fn numbers(&self) -> Option<(Kind, Vec<f64>)> {
        let kind = self.levels.first()?.quantity?.1;
        let same = |level: &Level| level.quantity.filter(|(_, other)| *other == kind).map(|(value, _)| value);
        Some((kind, self.levels.iter().map(same).collect::<Option<_>>()?))
    }
}

/// The levels, and whether one of the pieces was a logarithmic range.
fn read_values(text: &str) -> Result<(Vec<Level>, bool), Fault> {
    let mut levels: Vec<Level> = Vec::new();
    let mut logarithmic = false;
    for piece in pieces(text) {
        let piece = piece.trim();
        logarithmic |= piece.starts_with("log:");
        for level in read_piece(piece)? {
            if !levels.iter().any(|known| known.node.says_the_same(&level.node)) {
                levels.push(level);
            }
        }
    }
    match levels.len() {
        0 => Err(("axis", "there is no value".into(), None)),
        n if n > CELLS_MAX => Err(too_many(n as f64)),
        _ => Ok((levels, logarithmic)),
    }
}

fn too_many(n: f64) -> Fault {
    ("too-many", format!("{n} values are more than {CELLS_MAX}"), Some("take larger steps, or say how many: `/x20`".into()))
}

/// Split at commas that are not inside brackets or quotes.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut depth, mut quote, mut from) = (Vec::new(), 0_i32, None, 0);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) => quote = Some(open).filter(|open| *open != c),
            ('"' | '\'', None) => quote = Some(c),
            ('{' | '[', None) => depth += 1,
            ('}' | ']', None) => depth -= 1,
            (',', None) if depth <= 0 => {
                pieces.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[from..]);
    pieces
}

fn read_piece(piece: &str) -> Result<Vec<Level>, Fault> {
    let (rest, logarithmic) = piece.strip_prefix("log:").map_or((piece, false), |rest| (rest, true));
    match Range::split(rest).filter(|(low, _)| logarithmic || low.parse::<Quantity>().is_ok()) {
        Some((low, rest)) => {
            let (high, after) = split_slash(rest);
            let range = Range::of(low, high).map_err(|error| ("range", error.0, None))?;
            let values = if logarithmic { ratios(&range, after)? } else { distances(&range, after)? };
            Ok(values.into_iter().map(|value| of_quantity(&range, value)).collect())
        }
        None if logarithmic => Err(("range", format!("`{piece}` is no range"), Some("write `log:100ms..10s/5`".into()))),
        None => single(piece).map(|level| vec![level]),
    }
}

/// `10/s/4` is `10/s` and `4`: the slash that matters is followed by a number.
fn split_slash(text: &str) -> (&str, Option<&str>) {
    let counts = |at: &usize| text[at + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | 'x' | '-'));
    match text.match_indices('/').map(|(at, _)| at).find(counts) {
        Some(at) => (text[..at].trim(), Some(text[at + 1..].trim())),
        None => (text, None),
    }
}

/// Values from end to end, by a step or a number of values.
fn distances(range: &Range, after: Option<&str>) -> Result<Vec<f64>, Fault> {
    let Some(after) = after else {
        return if range.is_whole() { steps(range, 1.0) } else { Err(how_many(range)) };
    };
    if let Some(count) = after.strip_prefix('x') {
        return evenly(range, count_of(count)?, |part| range.at(part));
    }
    let step: Quantity = after.parse().map_err(|error: crate::units::UnitError| ("range", error.0, None))?;
    if step.kind == Kind::Number && range.kind() != Kind::Number {
        return evenly(range, count_of(after)?, |part| range.at(part));
    }
    if step.kind != range.kind() {
        let message = format!("the step `{after}` is {}, but the ends are each {}", step.kind.name(), range.kind().name());
        return Err(("range", message, None));
    }
    if range.low.value + step.value > range.high.value * (1.0 + 1e-9) {
        let ends = format!("{}..{}", range.write(range.low.value), range.write(range.high.value));
        let hint = format!("for {after} values write `{ends}/x{after}`");
        return Err(("range", format!("a step of {after} does not fit into {ends}"), Some(hint).filter(|_| step.kind == Kind::Number)));
    }
    steps(range, step.value)
}

fn how_many(range: &Range) -> Fault {
    let ends = format!("{}..{}", range.write(range.low.value), range.write(range.high.value));
    ("range", format!("how many values between `{}` and `{}`?", range.write(range.low.value), range.write(range.high.value)), {
        Some(format!("write `{ends}/x4` for four, at equal distances"))
    })
}

fn steps(range: &Range, step: f64) -> Result<Vec<f64>, Fault> {
    if step <= 0.0 {
        return Err(("range", "a step of nothing never ends".into(), None));
    }
    // A hair more, so that ten steps of a tenth reach one.
    let count = libm::floor((range.high.value - range.low.value) / step + 1e-9);
    if count >= CELLS_MAX as f64 {
        return Err(too_many(count + 1.0));
    }
    Ok((0..=count as u32).map(|index| range.low.value + f64::from(index) * step).collect())
}

/// Values at equal ratios, the inner ones to three significant digits.
fn ratios(range: &Range, after: Option<&str>) -> Result<Vec<f64>, Fault> {
    let count = after.ok_or_else(|| {
        let hint = format!("write `log:{}..{}/5` for five", range.write(range.low.value), range.write(range.high.value));
        ("range", "how many values? A logarithmic range has no step".to_owned(), Some(hint))
    })?;
    if range.low.value <= 0.0 {
        return Err(("range", "a logarithmic range begins above 0: no ratio leads away from 0".into(), None));
    }
    let ratio = range.high.value / range.low.value;
    evenly(range, count_of(count.strip_prefix('x').unwrap_or(count))?, |part| match part {
        0.0 | 1.0 => range.at(part),
        _ => format!("{:.2e}", range.low.value * libm::pow(ratio, part)).parse().expect("a float that was just written"),
    })
}

fn count_of(text: &str) -> Result<u32, Fault> {
    let count: u32 = text
        .parse()
        .ok()
        .filter(|count| *count >= 2)
        .ok_or_else(|| ("range", format!("`{text}` is no number of values"), Some("it is a whole number, at least 2".into())))?;
    if count as usize > CELLS_MAX { Err(too_many(f64::from(count))) } else { Ok(count) }
}

/// So many values, both ends among them; whole ones between whole ends.
fn evenly(range: &Range, count: u32, at: impl Fn(f64) -> f64) -> Result<Vec<f64>, Fault> {
    let value = |index: u32| at(f64::from(index) / f64::from(count - 1));
    let mut values: Vec<f64> = (0..count).map(|index| if range.is_whole() { value(index).round() } else { value(index) }).collect();
    values.dedup();
    if values.len() < count as usize {
        let (low, high) = (range.low.value, range.high.value);
        let message = format!("there are no {count} different whole numbers at such distances from {low} to {high}");
        return Err(("range", message, Some(format!("write `{low:.1}..{high:.1}` for fractions"))));
    }
    Ok(values)
}

fn of_quantity(range: &Range, value: f64) -> Level {
    let text = range.write(value);
    let node = if range.kind() == Kind::Number { number(&text) } else { Value::Text(text.clone()) };
    let quantity = text.parse::<Quantity>().ok().map(|read| (read.value, read.kind));
    Level { text, quantity, node: Node { line: 0, column: 0, value: node } }
}

/// A number as YAML reads it.
pub(super) fn number(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(whole) => Value::Integer(whole),
        Err(_) => Value::Float(text.parse().expect("a number that was just written")),
    }
}

/// A value as it would stand in the scenario.
fn single(piece: &str) -> Result<Level, Fault> {
    if piece.is_empty() {
        return Err(("axis", "there is no value before or after a comma".into(), Some("`null` takes a value away".into())));
    }
    let node = Node::parse_value(piece).map_err(|message| ("axis", format!("`{piece}`: {message}"), None))?;
    let quantity = piece.parse::<Quantity>().ok().map(|read| (read.value, read.kind));
    Ok(Level { text: piece.to_owned(), quantity, node })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(values: &str) -> Result<Axis, String> {
        Axis::parse("--set", &format!("a.b={values}")).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(values: &str, expected: &str) {
        let axis = axis(values).unwrap_or_else(|error| panic!("{error}"));
        let texts: Vec<&str> = axis.levels.iter().map(|level| level.text.as_str()).collect();
        assert_eq!(texts.join(" | "), expected, "{values}");
    }

    #[test]
    fn lists_and_ranges() {
        check("1,2,5", "1 | 2 | 5");
        check(" 10s , 1m ", "10s | 1m");
        check("1..5", "1 | 2 | 3 | 4 | 5");
        check("1..10/2", "1 | 3 | 5 | 7 | 9");
        check("0,2..4,10", "0 | 2 | 3 | 4 | 10");
        check("1,1..3", "1 | 2 | 3");
        check("30s..5m/4", "30s | 2m | 3.5m | 5m");
        check("30s..2m/30s", "30s | 1m | 1.5m | 2m");
        check("0.1..0.5/0.1", "0.1 | 0.2 | 0.3 | 0.4 | 0.5");
        check("0.0..1.0/x5", "0 | 0.25 | 0.5 | 0.75 | 1");
        check("1/s..10/s/4", "1/s | 4/s | 7/s | 10/s");
        check("1/s..3/s/1/s", "1/s | 2/s | 3/s");
        check("log:100ms..10s/5", "100ms | 316ms | 1s | 3.16s | 10s");
        check("log:1..1000/4", "1 | 10 | 100 | 1000");
        check("log:1..10/4", "1 | 2 | 5 | 10");
        check("300MB..500MB/3", "300MB | 400MB | 500MB");
        check("10%..20%/x2", "10% | 20%");
        check("{kpa: {min-scale: 1, target: 70}},{fixed: {instances: 2}}", "{kpa: {min-scale: 1, target: 70}} | {fixed: {instances: 2}}");
        check("../trace,'a,b'", "../trace | 'a,b'");
        check("true,null", "true | null");
    }

    #[track_caller]
    fn check_refused(values: &str, words: &[&str]) {
        let error = axis(values).err().unwrap_or_else(|| panic!("`{values}` was taken"));
        for word in words.iter().chain(&["--set a.b"]) {
            assert!(error.contains(word), "`{values}`: no `{word}` in\n{error}");
        }
    }

    #[test]
    fn what_makes_no_values_is_refused_with_a_way_out() {
        check_refused("", &["no value"]);
        check_refused("1,,2", &["no value before or after a comma"]);
        check_refused("10..1", &["reversed", "write `1..10`"]);
        check_refused("1s..10MB/3", &["a duration", "a size"]);
        check_refused("1s..10s", &["how many", "`1s..10s/x4`"]);
        check_refused("0..1/5", &["does not fit", "`0..1/x5`"]);
        check_refused("0..1/x5", &["whole numbers", "`0.0..1.0`"]);
        check_refused("1..10/0", &["never ends"]);
        check_refused("1..10/x1", &["at least 2"]);
        check_refused("1..10/2s", &["the step `2s` is a duration"]);
        check_refused("log:0..10/3", &["begins above 0"]);
        check_refused("log:1..10", &["how many", "log:1..10/5"]);
        check_refused("1..100000", &["100000 values are more than 10000"]);
        check_refused("[1", &["`[1`"]);
        check_refused("1..many", &["many"]);
        let error = Axis::parse("--over", "a.b").unwrap_err().to_string();
        assert!(error.contains("--over a.b: it has no values") && error.contains("=1,10,100"), "{error}");
    }

    #[test]
    fn numbers_are_told_from_names() {
        assert_eq!(axis("10s,1m").unwrap().numbers(), Some((Kind::Time, vec![1e10, 6e10])));
        assert_eq!(axis("0,1").unwrap().numbers(), Some((Kind::Number, vec![0.0, 1.0])));
        assert_eq!(axis("0,10s").unwrap().numbers(), None);
        assert_eq!(axis("eci,eci-imagecache").unwrap().numbers(), None);
        assert!(axis("log:1..100/3").unwrap().logarithmic);
    }
}
