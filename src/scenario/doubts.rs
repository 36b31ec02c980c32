//! What a reader of a bill should know: sizes that are rounded up, rules of a book that the scenario does not follow.

use super::Service;
use super::books::Books;
use crate::billing::{Book, Charging, InstancePrice};
use crate::platform::RevisionPlan;

/// What a service is billed otherwise than it may have been meant. What holds of several books is said once.
pub(super) fn of_service(service: &Service, books: &Books) -> Vec<String> {
    let prices = [&service.prices].into_iter().chain(&service.also_prices);
    let mut said: Vec<(String, Vec<String>, &str)> = Vec::new();
    for (book, prices) in books.all().zip(prices) {
        for (plan, price) in service.plan.revisions.iter().zip(prices) {
            for (what, hint) in [rounded(price), alone(plan, book), always_some(plan, book)].into_iter().flatten() {
                let name = format!("`{}`", book.name());
                match said.iter_mut().find(|(known, ..)| *known == what) {
                    Some((_, books, _)) if books.contains(&name) => {}
                    Some((_, books, _)) => books.push(name),
                    None => said.push((what, vec![name], hint)),
                }
            }
        }
    }
    let alone = books.also.is_empty();
    let about = |(what, books, hint): (String, Vec<String>, &str)| {
        let by = if alone { String::new() } else { format!("by {}: ", books.join(", ")) };
        format!("service `{}`: {by}{what}{}{hint}", service.name, if hint.is_empty() { "" } else { "\n  hint: " })
    };
    said.into_iter().map(about).collect()
}

type Doubt = (String, &'static str);

fn rounded(price: &InstancePrice) -> Option<Doubt> {
    let is_rounded = price.shape != price.requested;
    is_rounded.then(|| (format!("{} is billed as {}, the next size there is", price.requested, price.shape), ""))
}

fn alone(plan: &RevisionPlan, book: &Book) -> Option<Doubt> {
    let shares = book.rules().charging == Charging::Requests && plan.concurrency != 1;
    let what =
        "every request is billed by itself and served alone in its instance; here requests share instances, so cold starts are too few";
    shares.then(|| (what.to_owned(), "write `container-concurrency: 1`"))
}

fn always_some(plan: &RevisionPlan, book: &Book) -> Option<Doubt> {
    let min = book.rules().instances_min;
    (plan.kept < min).then(|| (format!("{min} instance(s) are always billed; here may be fewer"), "keep as many, such as `min-scale: 1`"))
}
