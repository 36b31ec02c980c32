//! What it costs: meters in, bill lines out; price books are data.
//!
//! ```text
//! books/*.yaml ─► parse ─► Book ─┬─ instance(spec) ─► InstancePrice ─┐
//!                                └─ meter: lives, stretches, requests ─► Usage, summed ─┴─► Statement ─► Bill { lines }
//! resident: control plane, gateway, nodes ───────────────────────────────────────────────────┘
//! ```
//!
//! A [`Book`] knows what a platform charges for an instance, when its meter starts, what is metered and how it is
//! rounded, what an idle instance costs, what is free. It is a file (`file.rs` describes the form); the ones that ship
//! are in [`BOOKS`], a user's own goes through [`parse`]. A new book is one file in `books/` and one line in that table.
//! One run can be billed under several books: each has its [`Meter`], all see the same instances.
//!
//! Facts and figures: the fact sheet `prices-credits-reserve`, sections 0, 1 and 4; each price in a book names its source,
//! date and confidence. Prices are list prices: no tax, no discount, no savings plan. ECI rounds an instance's fee below
//! 0.01 CNY to whole cents; here it stays exact.
//!
//! Not here: when an instance starts or is idle (`platform` measures it), CPU credits, which type stands in for which.
//! Money is in integer billionths from the text of the price to the total: no sum depends on its order.

mod bill;
mod book;
mod books;
mod check;
mod currency;
mod decimal;
mod entry;
mod exchange;
mod file;
mod instance;
mod kept;
mod line;
mod listing;
mod load_balancer;
mod lookup;
mod names;
mod nodes;
mod own_price;
mod rate;
mod rational;
pub mod resident;
mod shapes;
mod statement;
mod tier;
mod unit;
mod usage;

pub use bill::{Bill, Line};
pub use book::{BilledFrom, Book, Category, Charging, Idle, InstanceType, Node, Rules};
pub use books::{BOOKS, find, parse};
pub use currency::check_currency;
pub use entry::{AccountUnit, Class, Confidence, Discount, Entry, FreeGrant, Resources, Source, Tier};
pub use exchange::ExchangeRate;
pub use instance::{InstancePrice, InstanceSpec, KeptPrice, saving_basis_points};
pub use kept::Kept;
pub use line::{LineKind, Phase, Quantity, Role};
pub use listing::Listed;
pub use load_balancer::{HourUse, Lcu, LoadBalancer, Spec, hours_begun};
pub use names::Names;
pub use nodes::NodePrice;
pub use own_price::OwnPrice;
pub use rate::Rate;
pub use shapes::{Shape, Shapes, SizeRule};
pub use statement::{Statement, Terms};
pub use unit::{UNITS, Unit, UnitOf};
pub use usage::{Life, Meter, Usage};
