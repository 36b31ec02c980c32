//! The price books a scenario names: found, read, and brought to one currency.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::raw::RawScenario;
use super::tree::Node;
use crate::billing::{self, Book, ExchangeRate};
use crate::error::{Error, Located, Place, Problem, below};
use crate::traffic::Open;

/// The book that a scenario is priced by, and those that bill the same runs besides.
pub(super) struct Books {
    pub(super) main: Book,
    pub(super) also: Vec<Book>,
}

impl Books {
    /// Every book, the scenario's first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Book> {
        [&self.main].into_iter().chain(&self.also)
    }
}

/// Exchange rates into one currency.
struct Rates<'r> {
    currency: &'r str,
    rates: &'r BTreeMap<String, f64>,
}

/// What is wrong with the keys about books, as far as that can be known without a book.
pub(super) fn check(raw: &RawScenario) -> Vec<Problem> {
    let of_rate = |(currency, rate): (&String, &f64)| {
        let known = ExchangeRate::new(*rate).map(drop).and_then(|()| billing::check_currency(currency));
        below(currency, known.err().into_iter().collect()).collect::<Vec<_>>()
    };
    let mut problems: Vec<Problem> = below("exchange-rates", raw.exchange_rates.iter().flat_map(of_rate).collect()).collect();
    for (index, name) in raw.also_priced_by.iter().enumerate() {
        if *name == raw.prices || raw.also_priced_by[..index].contains(name) {
            let message = format!("`{name}` bills the run already");
            problems.push(Problem::new("twice", format!("also-priced-by.{index}"), message));
        }
    }
    problems
}

/// The books of a scenario. The outer error is a file that cannot be read or is not right, the inner ones are names that
/// are not known and currencies that do not match.
pub(super) fn load(raw: &RawScenario, open: &Arc<dyn Open>) -> Result<Result<Books, Vec<Problem>>, Error> {
    let main = match find(&raw.prices, open)? {
        Ok(book) => book,
        Err(problem) => return Ok(Err(vec![problem.below("prices")])),
    };
    let rates = Rates { currency: main.currency(), rates: &raw.exchange_rates };
    let (mut also, mut problems) = (Vec::new(), Vec::new());
    for (index, name) in raw.also_priced_by.iter().enumerate() {
        match find(name, open)?.and_then(|book| rates.bring(book)) {
            Ok(book) => also.push(book),
            Err(problem) => problems.push(problem.below(&format!("also-priced-by.{index}"))),
        }
    }
    Ok(if problems.is_empty() { Ok(Books { main, also }) } else { Err(problems) })
}

/// The book of a load balancer, in the currency of the scenario's book.
pub(super) fn load_balancer(raw: &RawScenario, main: &Book, open: &Arc<dyn Open>) -> Result<Result<Option<Book>, Problem>, Error> {
    let Some(spec) = &raw.resident.gateway.load_balancer else { return Ok(Ok(None)) };
    let rates = Rates { currency: main.currency(), rates: &raw.exchange_rates };
    let book = find(&spec.book, open)?.and_then(|book| rates.bring(book));
    Ok(book.map(Some).map_err(|problem| problem.below("resident.gateway.load-balancer.book")))
}

impl Rates<'_> {
    /// A book in the common currency.
    fn bring(&self, book: Book) -> Result<Book, Problem> {
        if book.currency() == self.currency {
            return Ok(book);
        }
        let (other, own) = (book.currency(), self.currency);
        let Some(rate) = self.rates.get(other) else {
            let message = format!("`{}` is in {other}, `prices` in {own}: amounts in different currencies cannot be compared", book.name());
            let hint = format!("if 1 {other} is 7.1 {own} to you, write `exchange-rates: {{ {other}: 7.1 }}`");
            return Err(Problem::new("mixed-currencies", "", message).hint(hint));
        };
        Ok(book.converted(self.currency, ExchangeRate::new(*rate)?))
    }
}

/// The price book of this name; a name that looks like a path is a file of the user's own.
fn find(name: &str, open: &Arc<dyn Open>) -> Result<Result<Book, Problem>, Error> {
    if !name.contains('/') && !name.ends_with(".yaml") && !name.ends_with(".yml") {
        return Ok(billing::find(name));
    }
    let mut text = String::new();
    let read_text = open.open(name).and_then(|mut file| std::io::Read::read_to_string(&mut file, &mut text));
    read_text.map_err(|source| Error::Io { doing: "read", path: name.to_owned(), source })?;
    read(name, &text).map(Ok)
}

/// A user's own book; every problem at once, each with its place in the file.
pub(super) fn read(file: &str, text: &str) -> Result<Book, Error> {
    // A tree refuses what is no finite number; a book's prices are text, and their places are wanted all the same.
    let tree = Node::parse(&text.replace(".nan", "nan_").replace(".NaN", "NaN_").replace(".inf", "inf_")).ok();
    let located = |problem: Problem| {
        let (line, column) = tree.as_ref().filter(|_| !problem.path.is_empty()).map_or((0, 0), |tree| tree.place(&problem.path));
        Located { place: Place { file: file.to_owned(), line, column }, problem }
    };
    billing::parse(file, text).map_err(|problems| {
        let mut problems: Vec<Located> = problems.into_iter().map(located).collect();
        problems.sort_by_key(|it| (it.place.line, it.place.column));
        Error::Input(problems)
    })
}
