//! Comparisons over figures, as a person writes them: `cost < 0.7 * cost(keep-one)`, `latency.p99 < 2s`.
//!
//! ```text
//! text ─grammar─► Written (places kept) ─formula─► Formula, with its kind ─claim─► Claim
//! ```
//!
//! A [`Formula`] is a quantity made of figures, a [`Claim`] compares two. Both are typed (money is not compared with
//! seconds) and know nothing of how figures come about: whoever evaluates one hands the figures in, replication by
//! replication. What such values are worth is said in `experiment::judge`.
//!
//! | written | means |
//! |---|---|
//! | `latency.p99`, `latency_s.p99`, `cost` | a figure by its short name or its key ([`figure`](crate::figure)) |
//! | `cost(keep-one)`, `cost("my policy")` | the same figure of another policy |
//! | `2s`, `150ms`, `1m30s`, `0.1%`, `20 CNY`, `3` | a time, a share, money in the price book's currency, a number |
//! | `+` `-` `*` `/` `( )` | arithmetic |
//! | `<` `<=` `>` `>=` | relations |
//! | `a == b`, `a == b within 5%` | equal, give or take a share of `b` (1 % unless said) or an amount |

mod claim;
mod fault;
mod formula;
mod grammar;
mod kind;
mod tolerance;

pub use claim::{Band, Claim, Relation, Sides};
pub use fault::Fault;
pub use formula::Formula;
pub use kind::Kind;
pub use tolerance::Tolerance;

/// The names an expression may use beside the figures.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The policies, in the scenario's order.
    pub policies: Vec<String>,
    /// ISO code of the price book's currency, as it is written behind an amount.
    pub currency: String,
}

/// A longer expression is refused: nobody could read it aloud.
const LENGTH_MAX: usize = 500;
/// So are deeper parentheses: a stack is finite.
const DEPTH_MAX: usize = 30;
