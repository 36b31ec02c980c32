//! What a reader of a bill should know: sizes that are rounded up, rules of a book that the scenario does not follow.

use super::Service;
use super::books::Books;
use crate::billing::{Book, Charging, InstancePrice};
use crate::platform::RevisionPlan;

/// What a service is billed otherwise than it may have been meant.
pub(super) fn of_service(service: &Service, books: &Books) -> Vec<String> {
    let prices = [&service.prices].into_iter().chain(&service.also_prices);
    let mut said = Vec::new();
    for (index, (book, prices)) in books.all().zip(prices).enumerate() {
        let under = if index == 0 { String::new() } else { format!(" by `{}`", book.name()) };
        for (plan, price) in service.plan.revisions.iter().zip(prices) {
            let about = [rounded(price, &under), alone(plan, book), always_one(plan, book)];
            said.extend(about.into_iter().flatten().map(|it| format!("service `{}`: {it}", service.name)));
        }
    }
    said
}

fn rounded(price: &InstancePrice, under: &str) -> Option<String> {
    let is_rounded = price.shape != price.requested;
    is_rounded.then(|| format!("{} is billed{under} as {}, the next size there is", price.requested, price.shape))
}

fn alone(plan: &RevisionPlan, book: &Book) -> Option<String> {
    let shares = book.rules().charging == Charging::Requests && plan.concurrency != 1;
    shares.then(|| {
        format!(
            "`{}` bills every request by itself, and serves one at a time in an instance; here they share instances, so cold starts are too few for it\n  hint: write `container-concurrency: 1`",
            book.name()
        )
    })
}

fn always_one(plan: &RevisionPlan, book: &Book) -> Option<String> {
    let min = book.rules().instances_min;
    (plan.kept < min).then(|| {
        format!("`{}` always bills {min} instance(s), and here may be fewer\n  hint: keep as many, such as `min-scale: {min}`", book.name())
    })
}
