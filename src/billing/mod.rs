//! What it costs: meters in, bill lines out; price books are data.
//!
//! ```text
//! books/*.yaml ─► parse ─► Book ─┬─ instance(spec) ─► InstancePrice ─┐
//!                                └─ usage_of(spans) ─► Usage, summed ─┴─► Bill { lines }
//! ```
//!
//! A [`Book`] knows what a platform charges for an instance, when its meter starts and how its time is rounded. It is
//! a file (`file.rs` describes the form); the ones that ship are in [`BOOKS`], a user's own goes through [`parse`].
//! A new book is one file in `books/` and one line in that table.
//!
//! Facts and figures: the fact sheet `prices-credits-reserve`, sections 0, 1.1 (rules), 1.2 (ECI by vCPU and memory)
//! and 1.3 (ECI by type); each price in a book names its source, date and confidence. Prices are list prices: no tax,
//! no discount, no savings plan. ECI rounds an instance's fee below 0.01 CNY to whole cents; here it stays exact.
//!
//! Not here: when an instance starts or is idle (`platform` measures it), CPU credits, which type stands in for which.
//! Money is in integer billionths from the text of the price to the total: no sum depends on its order.

mod bill;
mod book;
mod books;
mod check;
mod decimal;
mod file;
mod instance;
mod listing;
mod rational;
mod shapes;
mod unit;
mod usage;

pub use bill::{Bill, Line, LineKind, Quantity};
pub use book::{BilledFrom, Book, Category, Class, Confidence, Entry, InstanceType, Source};
pub use books::{BOOKS, find, parse};
pub use instance::{InstancePrice, InstanceSpec};
pub use listing::Listed;
pub use shapes::{Shape, Shapes};
pub use unit::{Unit, UnitOf};
pub use usage::{Meter, Usage};
